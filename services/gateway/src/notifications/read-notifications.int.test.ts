import { randomUUID } from "node:crypto";
import { acceptedAtOf, notificationId, type NotificationView } from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
let otherKey: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  otherKey = await gateway.newKey({ tenant: "other" });
});
afterAll(() => gateway.close());

async function accept(to = `u-${randomUUID()}`): Promise<{ id: string; eventId: string }> {
  const body = { to, content: { text: "hi" } };
  return (await gateway.call("POST /v1/notifications", { body })).body;
}

/** Puts into the tables what the tracker does. */
async function track(
  id: string,
  change: Partial<NotificationView> & { eventId: string },
): Promise<void> {
  const at = new Date(acceptedAtOf(id)).toISOString();
  const base = { id, status: "sent" as const, createdAt: at, updatedAt: at };
  const delivery = {
    id: randomUUID(),
    channel: "email" as const,
    status: "sent" as const,
    attempts: 1,
  };
  const view = { ...base, own: "processing", deliveries: [{ ...delivery, redrive: 0 }], ...change };
  await gateway.db.pool.query(
    `insert into tracking.notifications
      (tenant, id, version, status, event_id, recipient, channels, view, created_at, updated_at)
     values ('default', $1, 1, $2, $3, $4, $5, $6, $7, $7)`,
    [
      id,
      view.status,
      view.eventId,
      view.recipient,
      view.deliveries.map((one) => one.channel),
      JSON.stringify(view),
      at,
    ],
  );
}

const list = async (query: string, key?: string) => {
  const { body } = await gateway.call(
    `GET /v1/notifications?${query}`,
    key === undefined ? {} : { key },
  );
  return {
    ids: body.data?.map((one: NotificationView) => one.id),
    nextCursor: body.nextCursor,
    body,
  };
};

test("right after its POST a notification is accepted, never 404", async () => {
  const { id } = await accept();
  const { status, body } = await gateway.call(`GET /v1/notifications/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, status: "accepted", deliveries: [], timeline: [] });
  expect(body.createdAt).toBe(new Date(acceptedAtOf(id)).toISOString());
});

test("an id from a gateway whose clock is 5 min fast is as good as ours; from one of tomorrow, 404", async () => {
  const secret = await loadSecret(gateway.db, "ids");
  const of = { tenant: "default", source: "/pulse/api", eventId: "e", rule: "", recipient: "u" };
  const get = (aheadMs: number) => {
    const id = notificationId(secret, { ...of, acceptedAt: Date.now() + aheadMs });
    return gateway.call(`GET /v1/notifications/${id}`);
  };
  expect((await get(300_000)).body).toMatchObject({ status: "accepted" });
  expect((await get(86_400_000)).status).toBe(404);
});

test("ids nobody was given, and another tenant's: 404", async () => {
  const { id } = await accept();
  const get = (one: string, key?: string) =>
    gateway.call(`GET /v1/notifications/${one}`, key === undefined ? {} : { key });
  expect((await get(randomUUID())).status).toBe(404);
  expect((await get("x")).status).toBe(404);
  expect((await get(id, otherKey)).status).toBe(404);
  expect(
    (await gateway.call(`POST /v1/notifications/${id}/cancel`, { key: otherKey })).status,
  ).toBe(404);
});

test("what is tracked is shown with its timeline, the tracker's own fields left out", async () => {
  const { id, eventId } = await accept();
  await track(id, { eventId, recipient: "u" });
  const fact = {
    type: "delivery.sent",
    at: "2026-01-01T00:00:00Z",
    tenant: "default",
    notificationId: id,
    attempt: 1,
  };
  await gateway.db.pool.query(
    "insert into tracking.timeline (notification_id, id, tenant, at, fact) values ($1, $2, 'default', $3, $4)",
    [id, randomUUID(), fact.at, JSON.stringify(fact)],
  );
  const { body } = await gateway.call(`GET /v1/notifications/${id}`);
  expect(body).toMatchObject({
    id,
    eventId,
    status: "sent",
    deliveries: [{ channel: "email", attempts: 1 }],
  });
  expect(body).not.toHaveProperty("own");
  expect(body.deliveries[0]).not.toHaveProperty("redrive");
  expect(body.timeline).toEqual([
    { type: "delivery.sent", at: "2026-01-01T00:00:00Z", attempt: 1 },
  ]);
});

test("the list goes back in time page by page, each notification once", async () => {
  const recipient = `r-${randomUUID()}`;
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) {
    const { id, eventId } = await accept(recipient);
    await track(id, { eventId, recipient });
    ids.push(id);
  }
  const newestFirst = ids.toSorted().toReversed();
  const first = await list(`recipient=${recipient}&limit=2`);
  const second = await list(`recipient=${recipient}&limit=2&cursor=${first.nextCursor}`);
  const third = await list(`recipient=${recipient}&limit=2&cursor=${second.nextCursor}`);
  expect([...first.ids, ...second.ids, ...third.ids]).toEqual(newestFirst);
  expect(third.nextCursor).toBeNull();
  expect((await list(`recipient=${recipient}`, otherKey)).ids).toEqual([]);
});

test("a cursor that was changed: 400", async () => {
  const { status } = await gateway.call("GET /v1/notifications?cursor=AAAAAAAAAAAAAAAAAAAA");
  expect(status).toBe(400);
});

test("filters", async () => {
  const recipient = `r-${randomUUID()}`;
  const [a, b] = [await accept(recipient), await accept(recipient)];
  await track(a.id, { eventId: a.eventId, recipient });
  await track(b.id, { eventId: "order-1", recipient, status: "failed", deliveries: [] });
  const of = `recipient=${recipient}`;
  expect((await list(`${of}&status=failed`)).ids).toEqual([b.id]);
  expect((await list(`${of}&channel=email`)).ids).toEqual([a.id]);
  expect((await list(`eventId=${a.eventId}`)).ids).toEqual([a.id]);
  const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
  expect((await list(`${of}&until=${at(acceptedAtOf(a.id))}`)).ids).toEqual([]);
  expect((await list(`${of}&since=${at(acceptedAtOf(a.id))}`)).ids).toContain(a.id);
  expect((await gateway.call(`GET /v1/notifications?status=gone`)).status).toBe(400);

  expect((await list("eventId=order-1")).ids).toEqual([]);
  await gateway.db.pool.query(
    `insert into routing.events (tenant, source, event_id, accepted_at, catalog_revision, type)
     values ('default', '/shop', 'order-1', $1, 1, 'placed')`,
    [acceptedAtOf(b.id)],
  );
  expect((await list("eventId=order-1")).ids).toEqual([b.id]);
});
