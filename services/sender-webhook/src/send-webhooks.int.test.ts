import { randomUUID } from "node:crypto";
import {
  type DeliveryRecord,
  deliveryId,
  formatWebhookSecret,
  notificationId,
  tenantWebhookSecret,
} from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

function delivery(fields: Pick<DeliveryRecord, "address"> & Partial<DeliveryRecord>) {
  const tenant = "default";
  const acceptedAt = Date.now();
  const eventId = randomUUID();
  const of = { tenant, acceptedAt, source: "/test", eventId, rule: "", recipient: "u" };
  const notification = notificationId(platform.secret, of);
  return {
    id: deliveryId(platform.secret, tenant, notification, "webhook"),
    notificationId: notification,
    eventId,
    tenant,
    channel: "webhook" as const,
    lane: "normal" as const,
    category: null,
    onUnknown: "at_least_once" as const,
    optOut: false,
    sandbox: false,
    recipient: { id: "u" },
    content: { payload: '{"order":"A-1"}' },
    data: {},
    acceptedAt,
    ...fields,
  };
}

test("a message is signed with the tenant's secret and named after its delivery", async () => {
  const one = delivery({ address: `${platform.receiver.origin}/hook` });
  await platform.deliver(one);
  expect(await platform.factOf(one.id, "delivery.sent")).toMatchObject({ provider: "http" });
  const [received] = platform.receiver.at("/hook");
  const { body } = await platform.call("GET /v1/webhook-secret");
  const secret = tenantWebhookSecret(await loadSecret(platform.db, "webhooks"), "default");
  expect(body.secret).toBe(formatWebhookSecret(secret));
  expect(new Webhook(body.secret).verify(received?.body ?? "", received?.headers ?? {})).toEqual({
    order: "A-1",
  });
  expect(received?.headers["webhook-id"]).toBe(one.id);
});

test.each([
  ["loopback", "https://127.0.0.1/", "target_refused"],
  ["a name that leads to loopback", "https://localhost/", "target_refused"],
  ["http", "http://192.0.2.1/", "target_refused"],
  ["no URL", "shop", "invalid_address"],
])("%s is refused for good", async (_, address, code) => {
  const one = delivery({ address });
  await platform.deliver(one);
  expect(await platform.factOf(one.id, "delivery.failed")).toMatchObject({
    attempt: 1,
    error: { code },
  });
});

test("what is not JSON is not sent", async () => {
  const address = `${platform.receiver.origin}/never`;
  const one = delivery({ address, content: { payload: "{" } });
  await platform.deliver(one);
  expect(await platform.factOf(one.id, "delivery.failed")).toMatchObject({
    error: { code: "content_unusable" },
  });
  expect(platform.receiver.at("/never")).toEqual([]);
});

test("a name that cannot be resolved now is tried again", async () => {
  const one = delivery({ address: "https://nowhere.invalid/" });
  await platform.deliver(one);
  expect(await platform.factOf(one.id, "delivery.retrying")).toMatchObject({
    error: { code: "provider_unavailable" },
  });
});

test("what a receiver has no place for within a second comes back within seconds, not by a tier", async () => {
  const { receiver } = platform;
  receiver.answerAfter("/slow", 1_000);
  const address = `${receiver.origin}/slow`;
  const deliveries = Array.from({ length: 80 }, () => delivery({ address, lane: "bulk" }));
  await Promise.all(deliveries.map((one) => platform.deliver(one)));
  await eventually(() => expect(receiver.at("/slow")).toHaveLength(80));
  await Promise.all(deliveries.map(({ id }) => platform.factOf(id, "delivery.sent")));
  const waited = platform.facts.filter(({ type }) => type === "delivery.waiting");
  expect(waited).toEqual([]);
});
