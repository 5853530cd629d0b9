import { putEntry } from "@pulsecourier/catalog";
import { CategoryDefinition } from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adhoc, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => {
  router = await testRouter(await testDatabase());
  const definition = CategoryDefinition.parse({ paidChannels: true });
  await putEntry(router.db, { tenant: "acme", kind: "category", name: "codes", definition });
});
afterAll(() => router.close());

const phone = "+4915112345678";
const to = [{ email: "x@example.com", phone }];
const channels = async (id: string, request: Parameters<typeof adhoc>[1]) =>
  (await router.run(adhoc(id, request))).deliveries.map(({ channel }) => channel);

test("what costs money is used only when it is named or its category allows it, and the timeline says so", async () => {
  const unnamed = await router.run(adhoc("unnamed", { to }));
  expect(unnamed.deliveries.map(({ channel }) => channel)).toEqual(["email"]);
  const skipped = [{ channel: "sms", error: { code: "paid_channel_not_named" } }];
  expect(unnamed.facts).toMatchObject([{ type: "notification.routed", skipped }]);
  const { facts } = await router.run(adhoc("none", { to: [{ phone }] }));
  const error = { code: "paid_channel_not_named" };
  expect(facts).toMatchObject([{ type: "notification.suppressed", error }]);

  expect(await channels("named", { to, channels: ["sms"] })).toEqual(["sms"]);
  expect(await channels("allowed", { to, category: "codes" })).toEqual(["email", "sms"]);
});

test("a push is one delivery with all devices", async () => {
  const pushTokens = ["old", "new"].map((token) => ({ platform: "android", token }));
  const request = adhoc("push", { to: [{ pushTokens }], channels: ["push"] });
  const { deliveries } = await router.run(request);
  expect(deliveries).toMatchObject([{ address: "fcm:new", moreAddresses: ["fcm:old"] }]);
});

test("where none is named, what the recipient prefers is used, and the app while they look at it", async () => {
  const definition = CategoryDefinition.parse({ presence: "inapp_first" });
  const entry = { tenant: "acme", kind: "category", name: "chat", definition } as const;
  const { revision } = await putEntry(router.db, entry);
  const stamps = { "ntf-catalog-revision": String(revision) };
  const pushTokens = [{ platform: "android", token: "new" }];
  const profile = { email: "ann@example.com", pushTokens };
  await router.putRecipient("ann", profile, { preferredChannels: ["sms", "push"] });
  const content = { title: "Hi", body: "there", subject: "Hi", text: "there" };
  const asked: unknown[] = [];
  const live = router.with({
    findPresent: async (owners) => {
      asked.push(...owners);
      return ({ recipient }) => recipient === "ann";
    },
  });
  const ask = (id: string, request: object) =>
    live.run(adhoc(id, { to: ["ann"], content, ...request }, stamps));
  const used = async (id: string, request: object) =>
    (await ask(id, request)).deliveries.map(({ channel }) => channel);
  expect(await used("p1", {})).toEqual(["push"]);
  expect(await used("p2", { channels: ["email", "push"] })).toEqual(["email", "push"]);
  expect(asked).toEqual([]);
  expect(await used("p3", { category: "chat" })).toEqual(["inapp"]);
  expect(asked).toEqual([{ tenant: "acme", recipient: "ann" }]);
  const { facts } = await ask("p4", { category: "chat" });
  expect(facts[0]).toMatchObject({
    skipped: expect.arrayContaining([
      { channel: "push", error: expect.objectContaining({ code: "not_preferred" }) },
    ]),
    decidedOn: { preferredChannels: ["sms", "push"], connected: true, named: false },
  });
});
