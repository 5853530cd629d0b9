import { randomUUID } from "node:crypto";
import {
  deliveryId,
  type IdSecret,
  LifecycleFact,
  notificationId as deriveNotificationId,
} from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";
import { createTestSendgrid } from "./test-sendgrid.ts";

const account = createTestSendgrid();
const sandboxAccount = createTestSendgrid();
let gateway: TestGateway;
let secret: IdSecret;
beforeAll(async () => {
  gateway = await startTestGateway({
    SENDGRID_WEBHOOK_PUBLIC_KEY: account.publicKey,
    SANDBOX_SENDGRID_WEBHOOK_PUBLIC_KEY: sandboxAccount.publicKey,
  });
  secret = await loadSecret(gateway.db, "ids");
});
afterAll(() => gateway.close());

const PATH = "POST /v1/providers/sendgrid/webhooks";

function newNotification(tenant = "default") {
  const eventId = randomUUID();
  const of = { tenant, acceptedAt: Date.now(), source: "/t", eventId, rule: "", recipient: "u" };
  return { tenant, notification_id: deriveNotificationId(secret, of) };
}

const event = (type: string, more: object) => ({
  event: type,
  email: `${randomUUID()}@example.com`,
  timestamp: Math.floor(Date.now() / 1_000),
  sg_event_id: randomUUID(),
  sg_message_id: "m1.recvd",
  ...more,
});
const factsOf = async (id: string, count: number) =>
  (await gateway.recordsOn("lifecycle", id, count)).map((record) =>
    LifecycleFact.parse(JSON.parse(String(record.value))),
  );
const suppressions = async (address: string) =>
  (await gateway.call(`GET /v1/suppressions?address=${encodeURIComponent(address)}`)).body.data;
const unknown = async () =>
  (
    await gateway.db.query<{ event_id: string }>(
      "t",
      "select event_id from gateway.unknown_receipts",
      [],
    )
  ).map((row) => row.event_id);

test("a signed receipt becomes a fact, and a repeat the same fact", async () => {
  const ours = newNotification();
  const delivered = event("delivered", ours);
  const batch = [event("processed", ours), delivered, event("deferred", ours)];
  for (const _ of [1, 2])
    expect((await gateway.call(PATH, account.callback(batch))).status).toBe(204);
  const facts = await factsOf(ours.notification_id, 2);
  expect(facts[0]).toMatchObject({
    type: "delivery.delivered",
    tenant: "default",
    notificationId: ours.notification_id,
    deliveryId: deliveryId(secret, "default", ours.notification_id, "email"),
    channel: "email",
    provider: "sendgrid",
    reportedAt: new Date(delivered.timestamp * 1_000).toISOString(),
  });
  expect(facts[1]?.id).toBe(facts[0]?.id);
});

test("what is forged, altered, stale or unsigned is refused and leaves no trace", async () => {
  const ours = newNotification();
  const batch = [event("bounce", { ...ours, type: "bounce", email: "victim@example.com" })];
  const genuine = account.callback(batch);
  const hour = 3_600_000;
  const refused = [
    createTestSendgrid().callback(batch),
    { ...genuine, raw: genuine.raw.replace("victim", "other") },
    { ...genuine, raw: `${genuine.raw} ` },
    account.callback(batch, Date.now() - hour),
    account.callback(batch, Date.now() + hour),
    {
      ...genuine,
      headers: {
        ...genuine.headers,
        "x-twilio-email-event-webhook-timestamp": String(Math.floor(Date.now() / 1_000) + 1),
      },
    },
    { raw: genuine.raw, key: null },
    {
      ...genuine,
      headers: { ...genuine.headers, "x-twilio-email-event-webhook-signature": "AAAA" },
    },
  ];
  for (const call of refused) {
    const reply = await gateway.call(PATH, call);
    expect(reply.status).toBe(401);
    expect(reply.body.code).toBe("invalid_signature");
  }
  expect(await suppressions("victim@example.com")).toEqual([]);
  expect((await gateway.call("POST /v1/providers/nobody/webhooks", genuine)).status).toBe(404);
  expect((await gateway.call(PATH, genuine)).status).toBe(204);
  const facts = await factsOf(ours.notification_id, 1);
  expect(facts.map(({ type }) => type)).toEqual(["delivery.bounced"]);
});

test("a bounce tells why without the address, and puts the address on the list until it is lifted", async () => {
  const ours = newNotification();
  const email = `Gone-${randomUUID()}@Example.com`;
  const reason = `550 5.1.1 <${email}> does not exist\u0000`;
  const bounce = event("bounce", { ...ours, type: "bounce", email, reason });
  await gateway.call(PATH, account.callback([bounce]));
  const [fact] = await factsOf(ours.notification_id, 1);
  expect(fact).toMatchObject({ type: "delivery.bounced", error: { code: "bounced" } });
  expect(JSON.stringify(fact)).toContain("550 5.1.1");
  expect(JSON.stringify(fact).toLowerCase()).not.toContain(email.toLowerCase());

  const [listed] = await suppressions(email);
  expect(listed).toMatchObject({
    channel: "email",
    address: email.toLowerCase(),
    reason: "hard_bounce",
    provider: "sendgrid",
  });
  const other = await gateway.newKey({ tenant: "another" });
  expect((await gateway.call(`DELETE /v1/suppressions/${listed.id}`, { key: other })).status).toBe(
    404,
  );
  expect((await gateway.call(`DELETE /v1/suppressions/${listed.id}`)).status).toBe(204);
  expect((await gateway.call(`DELETE /v1/suppressions/${listed.id}`)).status).toBe(404);
  // A late repeat is about the time before.
  await gateway.call(PATH, account.callback([bounce]));
  expect(await suppressions(email)).toEqual([]);
  const again = { ...bounce, sg_event_id: randomUUID(), timestamp: bounce.timestamp + 2 };
  await gateway.call(PATH, account.callback([again]));
  expect(await suppressions(email)).toHaveLength(1);
});

test("complaints and unsubscribes suppress, soft bounces do not", async () => {
  const ours = newNotification();
  const events = [
    event("spamreport", ours),
    event("unsubscribe", ours),
    event("bounce", { ...ours, type: "blocked" }),
    event("dropped", { ...ours, reason: "Bounced Address" }),
    event("open", ours),
    event("open", { ...ours, sg_machine_open: true }),
  ];
  await gateway.call(PATH, account.callback(events));
  const reasons = await Promise.all(
    events.map(async ({ email }) => (await suppressions(email))[0]?.reason),
  );
  expect(reasons).toEqual([
    "complaint",
    "unsubscribe",
    undefined,
    "hard_bounce",
    undefined,
    undefined,
  ]);
  const facts = await factsOf(ours.notification_id, 4);
  expect(facts.map(({ type }) => type).toSorted()).toEqual([
    "delivery.bounced",
    "delivery.bounced",
    "delivery.complained",
    "delivery.read",
  ]);
});

test("receipts of what is not ours are kept once and counted, and harm nothing beside them", async () => {
  const ours = newNotification();
  const foreign = [
    event("delivered", {}),
    event("delivered", { ...ours, tenant: "other" }),
    event("delivered", { ...ours, notification_id: randomUUID() }),
  ];
  const known = event("delivered", ours);
  for (const _ of [1, 2]) {
    const odd = [null, 1, { event: "delivered" }];
    const call = account.callback([...odd, ...foreign, known]);
    expect((await gateway.call(PATH, call)).status).toBe(204);
  }
  await factsOf(ours.notification_id, 1);
  const kept = await unknown();
  for (const { sg_event_id } of foreign)
    expect(kept.filter((id) => id === sg_event_id)).toHaveLength(1);
  const metrics = (await gateway.call("GET /metrics", { key: null })).body;
  expect(metrics).toMatch(/pulse_receipts_total\{.*provider="sendgrid",kind="unknown".*\} [6-9]/);
});

test("an account of the sandbox speaks for sandbox tenants only", async () => {
  await gateway.db.query(
    "t2",
    "insert into gateway.tenants (id, sandbox) values ('sand', true) on conflict do nothing",
    [],
  );
  const real = newNotification();
  const sand = newNotification("sand");
  const wrong = [event("delivered", real), event("delivered", sand)];
  await gateway.call(PATH, sandboxAccount.callback(wrong.slice(0, 1)));
  await gateway.call(PATH, account.callback(wrong.slice(1)));
  expect(await unknown()).toEqual(expect.arrayContaining(wrong.map((one) => one.sg_event_id)));
  await gateway.call(PATH, sandboxAccount.callback([event("delivered", sand)]));
  expect(await factsOf(sand.notification_id, 1)).toHaveLength(1);
});

test("a body that is no list, or too large, is refused", async () => {
  const call = account.callback([]);
  expect(
    (
      await gateway.call(PATH, {
        ...call,
        headers: { ...call.headers, "content-type": "text/xml" },
      })
    ).status,
  ).toBe(415);
  const large = account.callback([{ padding: "x".repeat(5 * 1024 * 1024) }]);
  expect((await gateway.call(PATH, large)).status).toBe(413);
});

test("receipts of a redirected tenant come from either account; the sandbox's suppress nobody", async () => {
  const tenant = "redirected";
  const key = await gateway.newKey({ tenant });
  const bounce = () => {
    const ours = newNotification(tenant);
    const bounced = event("bounce", { ...ours, type: "bounce", status: "5.1.1" });
    return { id: ours.notification_id, event: bounced };
  };
  const first = bounce();
  await gateway.call(PATH, sandboxAccount.callback([first.event]));
  expect(await unknown()).toContain(first.event.sg_event_id);

  await gateway.call("PUT /v1/settings", { key, body: { sandboxRedirect: {} } });
  const [live, sandbox] = [bounce(), bounce()];
  await gateway.call(PATH, account.callback([live.event]));
  await gateway.call(PATH, sandboxAccount.callback([sandbox.event]));
  for (const { id } of [live, sandbox])
    expect(await factsOf(id, 1)).toMatchObject([{ type: "delivery.bounced" }]);
  const { data } = (await gateway.call("GET /v1/suppressions", { key })).body;
  expect(data.map(({ address }: { address: string }) => address)).toEqual([live.event.email]);
});
