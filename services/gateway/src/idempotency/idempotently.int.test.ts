import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { one, send, startTestGateway, type TestGateway } from "../test-gateway.ts";
import { deleteOldKeys } from "./idempotency-store.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const body = { to: "u", content: { text: "hi" } };
const newKey = () => `order-${randomUUID()}`;
const post = (key: string, change: object = {}) =>
  gateway.call("POST /v1/notifications", {
    body: { ...body, ...change },
    headers: { "idempotency-key": key },
  });
const sql = (text: string, key: string) => gateway.db.pool.query(text, [key]);

test("a repeat gets the same answer and produces nothing", async () => {
  const key = newKey();
  const first = await post(key);
  const again = await post(`"${key}"`);
  expect(first.status).toBe(202);
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  expect(again.status).toBe(202);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.body).toEqual(first.body);
  // A later record shows that the reader has been past the place of a second one.
  await gateway.recordsOf((await post(newKey())).body.eventId);
  one(await gateway.recordsOf(first.body.eventId));
});

test("another body under the key: 422", async () => {
  const key = newKey();
  await post(key);
  const reply = await post(key, { to: "someone-else" });
  expect(reply.status).toBe(422);
  expect(reply.body.code).toBe("idempotency_key_reused");
  const elsewhere = await gateway.call("POST /v1/notifications/batch", {
    body: { notifications: [body] },
    headers: { "idempotency-key": key },
  });
  expect(elsewhere.status).toBe(422);
});

test("a key belongs to its tenant", async () => {
  const key = newKey();
  const mine = await post(key);
  const other = await gateway.newKey({ tenant: "other" });
  const theirs = await send(gateway.url, "POST /v1/notifications", {
    body,
    key: other,
    headers: { "idempotency-key": key },
  });
  expect(theirs.status).toBe(202);
  expect(theirs.body.eventId).not.toBe(mine.body.eventId);
});

test("requests under one key at once, on two instances: one event", async () => {
  const other = await gateway.another();
  const key = newKey();
  const urls = Array.from({ length: 20 }, (_, at) => (at % 2 ? other.url : gateway.url));
  const replies = await Promise.all(
    urls.map((url) =>
      send(url, "POST /v1/notifications", {
        body,
        key: gateway.key,
        headers: { "idempotency-key": key },
      }),
    ),
  );
  const accepted = replies.filter(({ status }) => status === 202);
  const running = replies.filter(({ status }) => status === 409);
  expect(accepted.length).toBeGreaterThanOrEqual(1);
  expect(accepted.length + running.length).toBe(20);
  for (const reply of running) {
    expect(reply.body).toMatchObject({ code: "idempotency_key_in_use", retryable: true });
    expect(Number(reply.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  }
  const ids = new Set(accepted.map((reply) => reply.body.eventId));
  expect(ids.size).toBe(1);
  await gateway.recordsOf((await post(newKey())).body.eventId);
  one(await gateway.recordsOf(one([...ids])));
  await other.close();
});

test("crashed between claim and produce: the stale row is retaken under the same id and time", async () => {
  const key = newKey();
  const first = await post(key);
  // What a crash right after the claim leaves: a running row, here one whose lock still holds.
  await sql(
    `update gateway.idempotency set state = 'running', status = null, response = null,
       locked_until = now() + interval '9 s' where key = $1`,
    key,
  );
  const held = await post(key);
  expect(held.status).toBe(409);
  expect(Number(held.headers.get("retry-after"))).toBeLessThanOrEqual(9);
  await sql(
    "update gateway.idempotency set locked_until = now() - interval '1 ms' where key = $1",
    key,
  );
  const retaken = await post(key);
  expect(retaken.status).toBe(202);
  expect(retaken.headers.get("idempotent-replayed")).toBeNull();
  expect(retaken.body.eventId).toBe(first.body.eventId);
  expect(retaken.body.notifications).toEqual(first.body.notifications);
  const records = await gateway.recordsOf(first.body.eventId, 2);
  expect(new Set(records.map(({ headers }) => headers["ntf-accepted-at"])).size).toBe(1);
});

test("a batch keeps the ids of its items when it is retaken", async () => {
  const call = () =>
    gateway.call("POST /v1/notifications/batch", {
      body: { notifications: [body, { ...body, to: "v" }] },
      headers: { "idempotency-key": key },
    });
  const key = newKey();
  const ids = (reply: Awaited<ReturnType<typeof call>>) =>
    reply.body.results.map((result: { id: string }) => result.id);
  const first = await call();
  await sql("update gateway.idempotency set state = 'released' where key = $1", key);
  const retaken = await call();
  expect(ids(retaken)).toEqual(ids(first));
  expect(new Set(ids(first)).size).toBe(2);
});

test("a repeat long after `sendAt` has passed is judged as of the first try's accept time", async () => {
  const at = (msAgo: number) => new Date(Date.now() - msAgo).toISOString();
  const times = { sendAt: at(1_800_000), expiresAt: at(900_000) };
  const batch = { notifications: [{ ...body, ...times }] };
  const key = newKey();
  const batchKey = newKey();
  const postBatch = () =>
    gateway.call("POST /v1/notifications/batch", {
      body: batch,
      headers: { "idempotency-key": batchKey },
    });
  expect((await post(key, times)).status).toBe(422);
  expect((await postBatch()).body.results[0].problem.status).toBe(422);
  // What a first try of an hour ago leaves that was answered 503, or not at all.
  for (const used of [key, batchKey])
    await sql(
      `update gateway.idempotency set state = 'released', status = null, response = null,
         accepted_at = accepted_at - 3600000 where key = $1`,
      used,
    );
  const repeat = await post(key, times);
  expect(repeat.status).toBe(202);
  expect((await postBatch()).body.results[0]).toHaveProperty("id");
  const record = one(await gateway.recordsOf(repeat.body.eventId));
  expect(JSON.parse(String(record.value))).toMatchObject(times);
});

test("a refusal that depends on the catalog is a result and is replayed", async () => {
  const key = newKey();
  const first = await post(key, { content: undefined, template: "gone" });
  const again = await post(key, { content: undefined, template: "gone" });
  expect(first.status).toBe(422);
  expect(again.status).toBe(422);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.headers.get("content-type")).toBe("application/problem+json");
  expect(again.body.code).toBe("unknown_template");
});

test("events take keys too", async () => {
  const event = { specversion: "1.0", id: randomUUID(), source: "/shop", type: "placed" };
  const headers = { "content-type": "application/cloudevents+json", "idempotency-key": newKey() };
  const first = await gateway.call("POST /v1/events", { body: event, headers });
  const again = await gateway.call("POST /v1/events", { body: event, headers });
  expect(first.status).toBe(202);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
});

test("a key of over 255 characters: 400", async () => {
  expect((await post("k".repeat(256))).body.code).toBe("malformed_request");
});

test("after 24 hours a key is new again, cleaned up or not", async () => {
  const [kept, cleaned] = [newKey(), newKey()];
  const first = await post(kept);
  await post(cleaned);
  const age = "update gateway.idempotency set created_at = now() - interval '25 h' where key = $1";
  await sql(age, kept);
  const second = await post(kept, { to: "someone-else" });
  expect(second.status).toBe(202);
  expect(second.body.eventId).not.toBe(first.body.eventId);
  expect((await post(kept, { to: "someone-else" })).body).toEqual(second.body);
  await sql(age, cleaned);
  expect(await deleteOldKeys(gateway.db, 100)).toBe(1);
  expect((await sql("select key from gateway.idempotency where key = $1", cleaned)).rows).toEqual(
    [],
  );
});
