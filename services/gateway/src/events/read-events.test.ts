import { PulseError } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { readBatch, readBinary, readStructured } from "./read-events.ts";

const event = { specversion: "1.0", id: "1", source: "/shop", type: "order.placed" };
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const structured = (change: object) => readStructured(bytes({ ...event, ...change }));

function refusal(run: () => unknown): PulseError {
  try {
    run();
  } catch (error) {
    if (error instanceof PulseError) return error;
  }
  throw new Error("the event was taken");
}

test("structured and binary mode give the same", () => {
  const whole = {
    ...event,
    subject: "größe 1",
    time: "2026-01-01T00:00:00Z",
    trend: "up",
    data: { a: 1 },
  };
  const headers = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/shop",
    "ce-type": "order.placed",
    "ce-subject": "gr%C3%B6%C3%9Fe%201",
    "ce-time": "2026-01-01T00:00:00Z",
    "ce-trend": "up",
    "content-type": "application/json",
  };
  const binary = readBinary(headers, bytes({ a: 1 }));
  expect(binary).toEqual(readStructured(bytes(whole)));
  expect(binary).toEqual({
    id: "1",
    subject: "größe 1",
    lane: "normal",
    data: bytes({ a: 1 }),
    attributes: {
      ce_source: "/shop",
      ce_type: "order.placed",
      ce_subject: "größe 1",
      ce_time: "2026-01-01T00:00:00Z",
      ce_trend: "up",
    },
  });
});

test.each(["id", "source", "type", "specversion"])("without %s an event is malformed", (name) => {
  const error = refusal(() => structured({ [name]: undefined }));
  expect(error).toMatchObject({ code: "malformed_event", problems: [{ pointer: `/${name}` }] });
  expect(error.message).toContain(`\`${name}\``);
  const headers = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };
  const without = Object.fromEntries(
    Object.entries(headers).filter(([key]) => key !== `ce-${name}`),
  );
  expect(refusal(() => readBinary(without, bytes({}))).code).toBe("malformed_event");
});

test("null means absent, the tenant cannot be chosen, the lane can", () => {
  const read = structured({ subject: null, pulsetenant: "other", pulselane: "critical" });
  expect(read).toMatchObject({ subject: undefined, lane: "critical" });
  expect(read.attributes).not.toHaveProperty("ce_pulsetenant");
});

test("our own event types are reserved", () => {
  expect(refusal(() => structured({ type: "pulse.notification.requested" })).code).toBe(
    "reserved_event_type",
  );
});

test("attributes that cannot be headers are malformed", () => {
  expect(refusal(() => structured({ ext: { a: 1 } })).problems[0]?.pointer).toBe("/ext");
  expect(refusal(() => structured({ BAD: "x" })).code).toBe("malformed_event");
});

test("data is an object of at most 64 KiB", () => {
  expect(refusal(() => structured({ data: [1] })).problems[0]?.pointer).toBe("/data");
  expect(refusal(() => structured({ data_base64: "AA==" })).problems[0]?.pointer).toBe(
    "/data_base64",
  );
  expect(refusal(() => structured({ data: { a: "x".repeat(64 * 1024) } })).code).toBe(
    "invalid_request",
  );
  expect(String(structured({}).data)).toBe("{}");
});

test("in a batch each event stands or falls alone", () => {
  const [good, bad] = readBatch(bytes([event, { ...event, id: undefined }]));
  expect(good).toMatchObject({ id: "1" });
  expect(bad).toMatchObject({ code: "malformed_event", problems: [{ pointer: "/1/id" }] });
  for (const body of [[], {}, Array.from({ length: 1_001 }, () => event)]) {
    expect(refusal(() => readBatch(bytes(body))).code).toBe("invalid_request");
  }
});
