import { randomUUID } from "node:crypto";
import { STAMP } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { one, startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const newEvent = (change: object = {}) => ({
  specversion: "1.0",
  id: randomUUID(),
  source: "/shop",
  type: "com.example.order.shipped",
  ...change,
});
const structured = { "content-type": "application/cloudevents+json" };
const batched = { "content-type": "application/cloudevents-batch+json; charset=utf-8" };
const post = (body: unknown, headers: Record<string, string>) =>
  gateway.call("POST /v1/events", { body, headers });

test("structured: on the topic of its lane in binary mode, with accept time and catalog revision", async () => {
  const event = newEvent({
    subject: "user_42",
    pulselane: "bulk",
    partition: 3,
    data: { total: 1.5 },
  });
  const before = Date.now();
  const { status, body } = await gateway.call("POST /v1/events", {
    body: event,
    headers: structured,
  });
  expect(status).toBe(202);
  expect(body).toEqual({
    id: event.id,
    receipt: expect.objectContaining({ topic: gateway.names.events("bulk") }),
  });
  const record = one(await gateway.recordsOf(event.id));
  expect({ ...body.receipt }).toEqual({
    topic: record.topic,
    partition: record.partition,
    offset: String(record.offset),
  });
  expect(String(record.key)).toBe("default:user_42");
  expect(JSON.parse(String(record.value))).toEqual({ total: 1.5 });
  expect(record.headers).toMatchObject({
    ce_id: event.id,
    ce_source: "/shop",
    ce_type: "com.example.order.shipped",
    ce_specversion: "1.0",
    ce_subject: "user_42",
    ce_pulsetenant: "default",
    ce_partition: "3",
    "content-type": "application/json",
    traceparent: expect.stringMatching(/^00-/),
  });
  const acceptedAt = Number(record.headers[STAMP.acceptedAt]);
  expect(acceptedAt).toBeGreaterThanOrEqual(before);
  expect(acceptedAt).toBeLessThanOrEqual(Date.now());
  expect(Number(record.headers[STAMP.catalogRevision])).toBeGreaterThanOrEqual(0);
});

test("binary: the bytes of the body are the value", async () => {
  const id = randomUUID();
  const headers = {
    "ce-specversion": "1.0",
    "ce-id": id,
    "ce-source": "/shop",
    "ce-type": "placed",
  };
  const raw = '{ "total": 1.0 }';
  const reply = await gateway.call("POST /v1/events", { raw, headers });
  expect(reply.status).toBe(202);
  const record = one(await gateway.recordsOf(id));
  expect(String(record.value)).toBe(raw);
  expect(String(record.key)).toBe(`default:${id}`);
  expect(record.topic).toBe(gateway.names.events("normal"));
});

test("batch: one result per event, in order; a bad one harms no other", async () => {
  const events = [
    newEvent(),
    newEvent({ source: undefined }),
    newEvent({ type: "pulse.mine" }),
    newEvent(),
  ];
  const { status, body } = await post(events, batched);
  expect(status).toBe(202);
  expect(body.events).toMatchObject([
    { id: events[0]?.id, receipt: { partition: expect.any(Number) } },
    { problem: { status: 400, code: "malformed_event", errors: [{ pointer: "/1/source" }] } },
    { problem: { status: 422, code: "reserved_event_type", errors: [{ pointer: "/2/type" }] } },
    { id: events[3]?.id, receipt: { partition: expect.any(Number) } },
  ]);
  for (const at of [0, 3]) {
    const record = one(await gateway.recordsOf(events[at]?.id ?? ""));
    expect(String(record.offset)).toBe(body.events[at].receipt.offset);
    expect(record.partition).toBe(body.events[at].receipt.partition);
  }
});

test("a client cannot speak for another tenant", async () => {
  const event = newEvent({ pulsetenant: "other" });
  await post(event, structured);
  expect(one(await gateway.recordsOf(event.id)).headers["ce_pulsetenant"]).toBe("default");
});

test.each(["id", "source", "type"])("without %s: 400 names the attribute", async (name) => {
  const reply = await post(newEvent({ [name]: undefined }), structured);
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({
    code: "malformed_event",
    detail: expect.stringContaining(`\`${name}\``),
  });
  const binary = await gateway.call("POST /v1/events", { body: {} });
  expect(binary.body.code).toBe("malformed_event");
});

test("a reserved type: 422; another content type: 415; 1,001 events: 422", async () => {
  const reserved = await post(newEvent({ type: "pulse.notification.requested" }), structured);
  expect(reserved.body).toMatchObject({ status: 422, code: "reserved_event_type" });
  expect((await post(newEvent(), { "content-type": "text/xml" })).status).toBe(415);
  const many = Array.from({ length: 1_001 }, () => newEvent());
  expect((await post(many, batched)).status).toBe(422);
});

test("a single event of 2 MB: 413; a batch may be larger than a single one", async () => {
  const filler = { data: { text: "x".repeat(60_000) } };
  expect((await post(newEvent({ data: { text: "x".repeat(2_000_000) } }), structured)).status).toBe(
    413,
  );
  const events = Array.from({ length: 20 }, () => newEvent(filler));
  const { status, body } = await post(events, batched);
  expect(status).toBe(202);
  expect(body.events.every((result: object) => "receipt" in result)).toBe(true);
});

test("what was decided about an event can be asked for", async () => {
  const id = randomUUID();
  expect((await gateway.call(`GET /v1/events/${id}`)).status).toBe(404);
  const insert = `insert into routing.events
    (tenant, source, event_id, accepted_at, catalog_revision, type, decision)
    values ($1, $2, $3, 1780000000000, 4, 'placed', '{"rules":[]}')`;
  await gateway.db.pool.query(insert, ["default", "/a", id]);
  const { body } = await gateway.call(`GET /v1/events/${id}`);
  expect(body).toEqual({
    id,
    source: "/a",
    type: "placed",
    acceptedAt: "2026-05-28T20:26:40.000Z",
    catalogRevision: 4,
    decision: { rules: [] },
  });
  await gateway.db.pool.query(insert, ["default", "/b", id]);
  expect((await gateway.call(`GET /v1/events/${id}`)).status).toBe(400);
  expect((await gateway.call(`GET /v1/events/${id}?source=/b`)).body.source).toBe("/b");
  const key = await gateway.newKey({ tenant: "other" });
  expect((await gateway.call(`GET /v1/events/${id}`, { key })).status).toBe(404);
});
