import { expect, it } from "vitest";
import { deadLetter } from "./dead-letter.ts";

const record = {
  topic: "pulse.deliveries.email.normal.v1",
  partition: 3,
  offset: 9007199254740993n,
  timestamp: 1_790_000_000_000,
  key: Buffer.from([0xff, 0x00, 0xfe]),
  value: null,
  headers: { "ntf-id": "id-1", traceparent: "00-a-b-01" },
};
const why = {
  group: "sender-email",
  topic: "d.dlq.v1",
  reason: "poison",
  code: "bad_json",
} as const;

it("keeps bytes and headers and tells why and where from", () => {
  const letter = deadLetter(record, { ...why, message: "no JSON" });
  expect(letter.key).toBe(record.key);
  expect(letter.value).toBeNull();
  expect(letter.topic).toBe("d.dlq.v1");
  const { "ntf-origin": origin, ...headers } = letter.headers;
  expect(headers).toEqual({
    "ntf-id": "id-1",
    traceparent: "00-a-b-01",
    "ntf-reason": "poison",
    "ntf-err-code": "bad_json",
    "ntf-err-msg": "no JSON",
  });
  expect(JSON.parse(origin ?? "")).toEqual({
    topic: record.topic,
    partition: 3,
    offset: "9007199254740993",
    timestamp: record.timestamp,
    group: "sender-email",
  });
});

it("cuts the message to 1 KiB without breaking a character", () => {
  const letter = deadLetter(record, { ...why, message: "x".repeat(1_023) + "é".repeat(10) });
  expect(letter.headers["ntf-err-msg"]).toBe("x".repeat(1_023));
});
