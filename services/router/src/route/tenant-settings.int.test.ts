import { putEntry, SETTINGS_ENTRY } from "@pulsecourier/catalog";
import { type TenantSettings, recipientKey } from "@pulsecourier/contracts";
import { insertSuppressions } from "@pulsecourier/db";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adhoc, event, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;

beforeAll(async () => {
  router = await testRouter(await testDatabase());
  await router.putTemplate("shipped", {
    channels: {
      email: { subject: "Sent", text: "It is" },
      sms: { text: "Sent" },
      inapp: { title: "Sent" },
    },
  });
  await router.putRule("shipped", {
    on: "order.shipped",
    recipients: ["event.data.to"],
    channels: ["email", "inapp", "sms"],
    template: "shipped",
  });
  await router.putRecipient("ann", { email: "ann@example.com", phone: "+4915112345678" });
});

afterAll(() => router.close());

async function putSettings(definition: TenantSettings): Promise<void> {
  const key = { tenant: "acme", kind: "settings", name: SETTINGS_ENTRY } as const;
  await putEntry(router.db, { ...key, definition });
  await router.context.catalog.current("acme", { fresh: true });
}

test("a delivery carries who the tenant was when its event was seen, and a repeat the same", async () => {
  const email = { from: "first@shop.example", accounts: { ses: { from: "ses@shop.example" } } };
  await putSettings({ identity: { email, sms: { senderId: "Shop" } } });
  const first = await router.run(event("e1", { to: "ann" }));
  expect(first.deliveries.map(({ channel, identity }) => [channel, identity])).toEqual([
    ["email", email],
    ["inapp", undefined],
    ["sms", { senderId: "Shop" }],
  ]);
  await putSettings({ identity: { email: { from: "second@shop.example" } } });
  const again = await router.run(event("e1", { to: "ann" }));
  expect(again.deliveries.map((one) => one.identity)).toEqual(
    first.deliveries.map((one) => one.identity),
  );
  const next = await router.run(event("e2", { to: "ann" }));
  expect(next.deliveries.map((one) => one.identity?.from)).toEqual([
    "second@shop.example",
    undefined,
    undefined,
  ]);
});

test("a redirected tenant: other addresses, the same ids and keys, and facts that say so without addresses", async () => {
  await putSettings({});
  const live = await router.run(event("e3", { to: "ann" }), adhoc("a3", { to: ["ann"] }));
  await putSettings({ sandboxRedirect: { email: "qa@example.com" } });
  const { deliveries, facts, out } = await router.run(
    event("e4", { to: "ann" }),
    adhoc("a3", { to: ["ann"] }),
  );
  const sent = deliveries.map(({ channel, address, redirected, sandbox, recipient }) => ({
    channel,
    address,
    redirected,
    sandbox,
    recipient: recipient.email,
  }));
  const recipient = "ann@example.com";
  const email = { channel: "email", address: "qa@example.com", redirected: "address" };
  const sms = { channel: "sms", address: "+4915112345678", redirected: "accounts" };
  const inapp = { channel: "inapp", address: "ann", redirected: undefined };
  expect(sent.slice(0, 3)).toEqual([
    { ...email, sandbox: false, recipient },
    { ...inapp, sandbox: false, recipient },
    { ...sms, sandbox: true, recipient },
  ]);
  expect(facts[0]).toMatchObject({
    deliveries: [
      { channel: "email", redirected: "address" },
      { channel: "inapp" },
      { channel: "sms", redirected: "accounts" },
    ],
  });
  expect(JSON.stringify(facts)).not.toMatch(/@|\+49/);
  const adhocOf = (run: { deliveries: typeof deliveries }) =>
    run.deliveries.filter((one) => one.eventId === "a3").map((one) => one.id);
  expect(adhocOf({ deliveries })).toEqual(adhocOf(live));
  const keys = (records: typeof out) =>
    new Set(records.filter((one) => one.topic.includes("deliveries")).map((one) => one.key));
  expect(keys(out)).toEqual(keys(live.out));
});

test("the suppression list is asked for the recipient's address, not for the sandbox's", async () => {
  const suppress = (address: string) =>
    insertSuppressions(router.db, [
      { tenant: "acme", channel: "email", address, reason: "complaint", provider: "t", at: 1 },
    ]);
  await putSettings({ sandboxRedirect: { email: "qa@example.com" } });
  await router.putRecipient("bob", { email: "bob@example.com" });
  await suppress("qa@example.com");
  const before = await router.run(adhoc("s1", { to: ["bob"], channels: ["email"] }));
  expect(before.deliveries).toMatchObject([{ address: "qa@example.com" }]);
  await suppress("bob@example.com");
  const after = await router.run(adhoc("s2", { to: ["bob"], channels: ["email"] }));
  expect(after.deliveries).toEqual([]);
  expect(after.facts).toMatchObject([{ error: { code: "suppressed" } }]);
});

test("national numbers of events are the tenant's country's, and two spellings one recipient", async () => {
  const to = [{ phone: "0171 1234567" }, { phone: "+49 171 1234567" }];
  await putSettings({ defaultCountry: "DE" });
  const { deliveries } = await router.run(event("p1", { to }));
  expect(deliveries.map(({ channel, address }) => [channel, address])).toEqual([
    ["sms", "+491711234567"],
  ]);
  await putSettings({});
  const without = await router.run(event("p2", { to }));
  expect(without.deliveries.map((one) => one.address)).toEqual(["0171 1234567", "+491711234567"]);
  expect(without.facts.map((fact) => "summary" in fact && fact.summary.recipient)).toEqual([
    recipientKey({ phone: "0171 1234567" }),
    recipientKey({ phone: "+491711234567" }),
  ]);
});
