import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, untilEnd, untilView } from "./until-end.ts";

// What becomes of messages after their providers took them, through the whole platform: a sandbox tenant's accounts
// are Amazon SES, Vonage and WhatsApp at the simulator, which signs as they do.
let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform({
    receipts: true,
    env: { SANDBOX_EMAIL_PROVIDERS: "ses", SANDBOX_SMS_PROVIDERS: "vonage" },
  });
  api = createApi(platform.dev.gateway, platform.dev.sampleApiKey);
}, 120_000);
afterAll(() => platform.close());

const until = (id: string, condition: (view: NotificationView) => boolean) =>
  untilView(api, id, condition, 30_000);

const simulate = async (method: string, path: string, body: unknown) => {
  const response = await fetch(`${platform.dev.simulator}/__sim/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
};
const behave = (provider: string, receipts: object) =>
  simulate("PUT", `behaviour/${provider}`, { receipts: { delayMs: 50, ...receipts } });

async function message(channel: string, to: object): Promise<string> {
  const content = { subject: "Hello", text: "Hello" };
  const flat = channel === "email" ? content : { text: "Hello" };
  const [id = ""] = await send(api, { to, content: flat, channels: [channel] });
  return id;
}

const suppressed = (channel: string) =>
  api.get<{ data: { address: string; reason: string }[] }>(`/v1/suppressions?channel=${channel}`);

test.each([
  ["email", "ses", { email: "ann@example.com" }],
  ["sms", "vonage", { phone: "+4915112345601" }],
  ["whatsapp", "whatsapp", { whatsapp: "+4915112345602" }],
])(
  "%s: %s's receipt makes it delivered, doubled and disordered too",
  async (channel, provider, to) => {
    for (const receipts of [{}, { duplicateRate: 1, disorder: true }]) {
      await behave(provider, receipts);
      const id = await message(channel, to);
      const view = await until(id, ({ status }) => status === "delivered");
      expect(view.timeline?.map(({ type }) => type)).toEqual([
        "notification.routed",
        "delivery.sent",
        "delivery.delivered",
      ]);
      expect(view.deliveries).toMatchObject([{ provider, status: "delivered" }]);
    }
  },
);

test.each([
  ["email", "ses", { email: "bob@example.com" }],
  ["whatsapp", "whatsapp", { whatsapp: "+4915112345607" }],
])(
  "%s: what %s says was read stays read, though `delivered` comes after it",
  async (channel, provider, to) => {
    await behave(provider, { openRate: 1, duplicateRate: 1, disorder: true });
    const id = await message(channel, to);
    const view = await until(id, ({ timeline = [] }) => timeline.length >= 4);
    expect(view.status).toBe("read");
    expect(view.timeline?.map(({ type }) => type).toSorted()).toEqual([
      "delivery.delivered",
      "delivery.read",
      "delivery.sent",
      "notification.routed",
    ]);
  },
);

test.each([
  ["email", "ses", { email: "gone@example.com" }, "hard_bounce"],
  ["sms", "vonage", { phone: "+4915112345603" }, "hard_bounce"],
  ["whatsapp", "whatsapp", { whatsapp: "+4915112345604" }, "recipient_gone"],
])("%s: what %s could not deliver is not tried again", async (channel, provider, to, reason) => {
  await behave(provider, { bounceRate: 1 });
  await until(await message(channel, to), ({ status }) => status === "failed");
  await behave(provider, {});
  const next = await untilEnd(api, await message(channel, to));
  expect(next).toMatchObject({ status: "suppressed", error: { code: "suppressed" } });
  expect((await suppressed(channel)).data[0]).toMatchObject({ reason });
});

test.each([
  ["sms", "vonage", "phone", "+4915112345605"],
  ["whatsapp", "whatsapp", "whatsapp", "+4915112345606"],
])("%s: STOP by %s ends messages until START", async (channel, provider, field, number) => {
  const to = { [field]: number };
  await behave(provider, {});
  await until(await message(channel, to), ({ status }) => status === "delivered");
  await simulate("POST", `inbound/${provider}`, { from: number, text: "Where is my order?" });
  await simulate("POST", `inbound/${provider}`, { from: number, text: " stop " });
  await eventually(async () =>
    expect((await suppressed(channel)).data).toContainEqual(
      expect.objectContaining({ address: number, reason: "stop" }),
    ),
  );
  expect(await untilEnd(api, await message(channel, to))).toMatchObject({ status: "suppressed" });
  await simulate("POST", `inbound/${provider}`, { from: number, text: "START" });
  await eventually(async () =>
    expect((await suppressed(channel)).data.map(({ address }) => address)).not.toContain(number),
  );
  await until(await message(channel, to), ({ status }) => status === "delivered");
});
