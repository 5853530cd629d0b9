import type { NotificationView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { sendAndEnd } from "./until-end.ts";

const GONE = "cGone_Token-0001:APA91bGone";
const PHONE = "cPhone_Token-0002:APA91bPhone";
const TABLET = "ab".repeat(32);

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
  const behaviour = { rejectRecipients: [{ match: "cGone*", code: 404 }] };
  await fetch(`${platform.dev.simulator}/__sim/behaviour/fcm`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  await platform.api.put("/v1/recipients/ada", {
    email: "ada@example.com",
    phone: "+4915112345678",
    pushTokens: [
      { platform: "ios", token: TABLET },
      { platform: "android", token: PHONE },
      { platform: "android", token: GONE },
    ],
  });
}, 90_000);
afterAll(() => platform.close());

const push = { to: "ada", channels: ["push"], content: { title: "Hello" } };
const only = ([view]: NotificationView[]) => {
  if (view === undefined) throw new Error("no notification");
  return view;
};

test("a push reaches every device, as one delivery; a token that is gone is left out from then on", async () => {
  const first = only(await sendAndEnd(platform.api, push));
  expect(first).toMatchObject({ status: "sent", deliveries: [{ channel: "push", attempts: 1 }] });
  expect(first.timeline).toMatchObject([
    { type: "notification.routed" },
    {
      type: "delivery.sent",
      provider: "fcm",
      devices: [
        { outcome: "failed", provider: "fcm", error: { code: "recipient_gone" } },
        { outcome: "sent", provider: "fcm" },
        { outcome: "sent", provider: "apns" },
      ],
    },
  ]);
  expect(JSON.stringify(first)).not.toMatch(/cGone|cPhone|abab/);
  const next = only(await sendAndEnd(platform.api, push));
  const devices = [
    { outcome: "sent", provider: "fcm" },
    { outcome: "sent", provider: "apns" },
  ];
  expect(next.timeline?.at(-1)).toMatchObject({ type: "delivery.sent", devices });
});

test("where no channel is named nothing that costs money is sent, and the timeline says so", async () => {
  const content = { title: "Hello", text: "Hello" };
  const view = only(await sendAndEnd(platform.api, { to: "ada", content }));
  const channels = view.deliveries.map(({ channel }) => channel).toSorted();
  expect(channels).toEqual(["email", "inapp", "push"]);
  const skipped = [{ channel: "sms", error: { code: "paid_channel_not_named" } }];
  expect(view.timeline?.[0]).toMatchObject({ type: "notification.routed", skipped });
});
