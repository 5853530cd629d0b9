import { deliveryId, LifecycleFact } from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
let secret: Buffer;
beforeAll(async () => {
  gateway = await startTestGateway();
  secret = await loadSecret(gateway.db, "ids");
});
afterAll(() => gateway.close());

async function accept(): Promise<string> {
  const body = { to: "u", content: { text: "hi" } };
  return (await gateway.call("POST /v1/notifications", { body })).body.id;
}
const cancel = (id: string) => gateway.call(`POST /v1/notifications/${id}/cancel`);
const delivery = (id: string, channel: "email" | "inapp") => ({
  deliveryId: deliveryId(secret, "default", id, channel),
  channel,
});
const claim = (id: string, state: string) =>
  gateway.db.pool.query(
    "insert into ledger.deliveries (id, tenant, state, redrive, attempt) values ($1, 'default', $2, 0, 1)",
    [id, state],
  );
const track = (id: string, status: string, deliveries: object[]) => {
  const at = new Date().toISOString();
  const view = { id, eventId: "e", status, createdAt: at, updatedAt: at, deliveries };
  return gateway.db.pool.query(
    `insert into tracking.notifications (tenant, id, version, status, channels, view, created_at, updated_at)
     values ('default', $1, 1, $2, '{}', $3, now(), now())`,
    [id, status, JSON.stringify(view)],
  );
};
const tombstones = async (id: string) =>
  (await gateway.db.pool.query("select 1 from ledger.tombstones where notification_id = $1", [id]))
    .rowCount;

test("before it is routed a notification is cancelled whole, and the fact is published", async () => {
  const id = await accept();
  const reply = await cancel(id);
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({ id, status: "cancelled", cancelled: [], alreadySent: [] });
  expect(await tombstones(id)).toBe(1);
  const again = await cancel(id);
  expect(again.body).toEqual(reply.body);

  const facts = await gateway.recordsOn("lifecycle", id, 2);
  const [first, second] = facts.map(({ value }) => LifecycleFact.parse(JSON.parse(String(value))));
  expect(first).toMatchObject({
    type: "notification.cancelled",
    notificationId: id,
    tenant: "default",
  });
  expect(second?.id).toBe(first?.id);
  expect(facts[0]?.headers).toMatchObject({ ce_type: "notification.cancelled", ce_id: first?.id });
  await eventually(async () =>
    expect((await gateway.db.pool.query("select 1 from gateway.outbox")).rowCount).toBe(0),
  );
});

test("what was sent is named, the rest is cancelled", async () => {
  const id = await accept();
  const [email, inapp] = [delivery(id, "email"), delivery(id, "inapp")];
  const pending = { status: "pending", attempts: 0 };
  await track(
    id,
    "processing",
    [email, inapp].map((one) => ({ id: one.deliveryId, channel: one.channel, ...pending })),
  );
  await claim(email.deliveryId, "sent");
  const { status, body } = await cancel(id);
  expect(status).toBe(200);
  expect(body).toEqual({ id, status: "partial", cancelled: [inapp], alreadySent: [email] });
});

test("when nothing was left: 409, and nothing that would hinder a redrive", async () => {
  const id = await accept();
  const email = delivery(id, "email");
  await track(id, "failed", [
    { id: email.deliveryId, channel: "email", status: "failed", attempts: 1 },
  ]);
  const reply = await cancel(id);
  expect(reply.status).toBe(409);
  expect(reply.body.code).toBe("cancel_too_late");
  expect(await tombstones(id)).toBe(0);
});
