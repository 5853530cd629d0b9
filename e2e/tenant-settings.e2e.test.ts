import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { mailsTo, sendAndEnd } from "./until-end.ts";

let platform: TestPlatform;
let sample: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  sample = createApi(platform.dev.gateway, platform.dev.sampleApiKey);
}, 60_000);
afterAll(() => platform.close());

type Arrival = { id: string; to: string[]; provider: string; deliveryId: string };

/** What the provider got of a notification, and from whom. */
async function arrivalsOf(view: NotificationView | undefined) {
  const simulator = platform.dev.simulator;
  const found = [];
  for (const { id: deliveryId } of view?.deliveries ?? []) {
    const answer = await fetch(`${simulator}/__sim/messages?deliveryId=${deliveryId}`);
    const { data }: { data: Arrival[] } = JSON.parse(await answer.text());
    for (const { id, to, provider } of data) {
      const one = await fetch(`${simulator}/__sim/messages/${encodeURIComponent(id)}`);
      const { content }: { content: { from?: string } } = JSON.parse(await one.text());
      found.push({ to, provider, from: content.from });
    }
  }
  return found;
}

const content = { subject: "Hello", text: "Hello" };
const mail = { content, channels: ["email"], to: { email: "ada@example.com" } };

test("two tenants are two senders to their provider", async () => {
  await platform.api.put("/v1/settings", {
    identity: { email: { from: "orders@shop.example", fromName: "The Shop" } },
  });
  await sample.put("/v1/settings", { identity: { email: { from: "hello@sample.example" } } });
  const [ours] = await sendAndEnd(platform.api, mail);
  const [theirs] = await sendAndEnd(sample, mail);
  expect(await arrivalsOf(ours)).toMatchObject([{ from: "The Shop <orders@shop.example>" }]);
  expect(await arrivalsOf(theirs)).toMatchObject([{ from: "hello@sample.example" }]);
});

test("a national number arrives as the tenant's country's", async () => {
  await platform.api.put("/v1/settings", { defaultCountry: "DE" });
  const to = [{ phone: "0171 1234567" }, { phone: "+49 171 1234567" }];
  const views = await sendAndEnd(platform.api, { content, channels: ["sms"], to });
  expect(views).toHaveLength(1);
  expect(await arrivalsOf(views[0])).toMatchObject([{ to: ["+491711234567"] }]);
});

test("a redirected tenant reaches one address, and each timeline says so without saying which", async () => {
  await platform.api.put("/v1/settings", { sandboxRedirect: { email: "qa@example.com" } });
  const [view] = await sendAndEnd(platform.api, {
    content,
    channels: ["email", "sms"],
    to: { email: "real@example.com", phone: "+4915112345678" },
  });
  expect(view).toMatchObject({
    status: "sent",
    deliveries: [
      { channel: "email", redirected: "address" },
      { channel: "sms", redirected: "accounts" },
    ],
  });
  const sent = view?.timeline?.filter(({ type }) => type === "delivery.sent") ?? [];
  expect(new Set(sent.map(({ redirected }) => redirected))).toEqual(
    new Set(["accounts", "address"]),
  );
  expect(JSON.stringify(view)).not.toMatch(/@example|\+49/);
  expect((await arrivalsOf(view)).map(({ to }) => to)).toContainEqual(["qa@example.com"]);
  expect(await mailsTo(platform.dev.simulator, "real@example.com")).toBe(0);
});
