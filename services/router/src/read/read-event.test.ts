import { ADHOC_SOURCE, ADHOC_TYPE, STAMP } from "@pulsecourier/contracts";
import type { InRecord } from "@pulsecourier/kafka";
import { describe, expect, test } from "vitest";
import { readEvent } from "./read-event.ts";

const binary = {
  ce_specversion: "1.0",
  ce_id: "e1",
  ce_source: "/shop",
  ce_type: "com.example.shipped",
  ce_pulsetenant: "acme",
  "content-type": "application/json",
};

function record(
  headers: Record<string, string | undefined>,
  value: string | null = "{}",
): InRecord {
  const given = Object.entries(headers).flatMap(([name, text]): [string, string][] =>
    text === undefined ? [] : [[name, text]],
  );
  return {
    topic: "pulse.events.normal.v1",
    partition: 0,
    offset: 1n,
    timestamp: 0,
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: Object.fromEntries(given),
  };
}

function refusal(of: InRecord) {
  const read = readEvent(of);
  return read.ok ? null : read.refused;
}

test("binary mode: attributes from headers, data from the value", () => {
  const headers = {
    ...binary,
    ce_subject: "s",
    [STAMP.acceptedAt]: "5",
    [STAMP.catalogRevision]: "7",
  };
  expect(readEvent(record(headers, '{"a": 1}'))).toMatchObject({
    ok: true,
    event: {
      tenant: "acme",
      id: "e1",
      source: "/shop",
      type: "com.example.shipped",
      subject: "s",
      lane: "normal",
      data: { a: 1 },
      dataJson: '{"a": 1}',
      stamp: { acceptedAt: 5, revision: 7 },
      adhoc: null,
      due: false,
    },
  });
});

test("structured mode: everything from the value, the tenant from a header or an attribute", () => {
  const event = { specversion: "1.0", id: "e1", source: "/shop", type: "t", data: { a: 1 } };
  const headers = { "content-type": "application/cloudevents+json; charset=utf-8" };
  const expected = {
    ok: true,
    event: { tenant: "acme", id: "e1", data: { a: 1 }, stamp: { acceptedAt: null } },
  };
  const byHeader = record({ ...headers, ce_pulsetenant: "acme" }, JSON.stringify(event));
  expect(readEvent(byHeader)).toMatchObject(expected);
  const inside = record(headers, JSON.stringify({ ...event, pulsetenant: "acme" }));
  expect(readEvent(inside)).toMatchObject(expected);
});

test("the lane is the event's, else its topic's", () => {
  const lane = (of: InRecord) => {
    const read = readEvent(of);
    return read.ok ? read.event.lane : null;
  };
  expect(lane(record({ ...binary, ce_pulselane: "critical" }))).toBe("critical");
  expect(lane({ ...record(binary), topic: "x.events.bulk.v1" })).toBe("bulk");
});

test("the trace goes on in a span of its own", () => {
  const read = readEvent(
    record({ ...binary, traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }),
  );
  const traceparent = read.ok ? read.event.traceparent : "";
  expect(traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  expect(traceparent).not.toContain("b7ad6b7169203331");
});

describe("refused as poison, saying what is wrong", () => {
  test.each([
    ["bytes that are no CloudEvent", record({}, "\u0001hello"), "no CloudEvent"],
    ["no tenant", record({ ...binary, ce_pulsetenant: undefined }), "ce_pulsetenant"],
    ["no id", record({ ...binary, ce_id: undefined }), "attribute id"],
    ["an old version", record({ ...binary, ce_specversion: "0.3" }), "attribute specversion"],
    ["a bad time", record({ ...binary, ce_time: "yesterday" }), "attribute time"],
    ["broken JSON", record(binary, '{"email": "a@b.c"'), "not valid JSON"],
    ["data that is no object", record(binary, "[1]"), "no JSON object"],
    ["another content type", record({ ...binary, "content-type": "text/xml" }), "text/xml"],
    [
      "a batch",
      record({ ...binary, "content-type": "application/cloudevents-batch+json" }),
      "one event a record",
    ],
    ["U+0000", record({ ...binary, ce_id: "a\0b" }), "U+0000"],
    ["nested too deep", record(binary, `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`), "deep"],
  ])("%s", (_, of, message) => {
    expect(refusal(of)).toMatchObject({
      reason: "poison",
      code: "malformed_record",
      message: expect.stringContaining(message),
    });
  });

  test("and never quotes the data", () => {
    expect(refusal(record(binary, '{"email": "a@b.c"'))?.message).not.toContain("a@b.c");
  });
});

test("refused by a rule of the platform", () => {
  const reserved = record({ ...binary, ce_type: "pulse.saga.started" });
  expect(refusal(reserved)).toMatchObject({ reason: "rejected", code: "reserved_event_type" });
  const large = record(binary, JSON.stringify({ a: "x".repeat(70_000) }));
  expect(refusal(large)).toMatchObject({ reason: "rejected", code: "content_too_large" });
});

describe("an ad-hoc request", () => {
  const headers = {
    ...binary,
    ce_type: ADHOC_TYPE,
    ce_source: ADHOC_SOURCE,
    [STAMP.acceptedAt]: "5",
  };

  test("is read with its own lane", () => {
    const value = { to: ["u1"], content: { body: "hi" }, lane: "critical" };
    expect(readEvent(record(headers, JSON.stringify(value)))).toMatchObject({
      ok: true,
      event: { lane: "critical", data: {}, dataJson: "{}", adhoc: { to: ["u1"] } },
    });
  });

  test("that is broken names the notifications that end with it", () => {
    const value = { to: ["u1", "u1", 7, { id: "u2" }], lane: "none" };
    expect(refusal(record(headers, JSON.stringify(value)))).toMatchObject({
      code: "malformed_record",
      ends: { acceptedAt: 5, recipientKeys: ["u1", "u2"] },
    });
  });

  test("without accept time has no ids", () => {
    const value = { to: ["u1"], lane: "normal" };
    const bare = { ...headers, [STAMP.acceptedAt]: undefined };
    expect(refusal(record(bare, JSON.stringify(value)))).toMatchObject({ ends: null });
  });
});
