import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, untilEnd, untilView } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform({ receipts: true });
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
}, 60_000);
afterAll(() => platform.close());

const until = (id: string, condition: (view: NotificationView) => boolean) =>
  untilView(api, id, condition);

async function behave(receipts: object): Promise<void> {
  const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/sendgrid`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ receipts: { delayMs: 50, ...receipts } }),
  });
  expect(response.status).toBe(200);
}

async function mailTo(address: string): Promise<string> {
  const content = { subject: "Hello", text: "Hello" };
  const [id = ""] = await send(api, { to: { email: address }, content, channels: ["email"] });
  return id;
}

const typesOf = (view: NotificationView) => view.timeline?.map(({ type }) => type) ?? [];

test("a mail goes from sent to delivered when its provider says so", async () => {
  const view = await until(await mailTo("ann@example.com"), ({ status }) => status === "delivered");
  expect(typesOf(view)).toEqual(["notification.routed", "delivery.sent", "delivery.delivered"]);
  const [delivery] = view.deliveries;
  expect(delivery).toMatchObject({ status: "delivered", provider: "sendgrid", attempts: 1 });
  expect(Date.parse(delivery?.deliveredAt ?? "")).toBeGreaterThanOrEqual(
    Date.parse(delivery?.sentAt ?? ""),
  );
});

test("a text message goes from sent to delivered, signed as Twilio does", async () => {
  const request = {
    to: { phone: "+4915112345678" },
    content: { text: "Hello" },
    channels: ["sms"],
  };
  const [id = ""] = await send(api, request);
  const view = await until(id, ({ status }) => status === "delivered");
  expect(typesOf(view)).toEqual(["notification.routed", "delivery.sent", "delivery.delivered"]);
  expect(view.deliveries[0]).toMatchObject({ channel: "sms", provider: "twilio" });
});

test("doubled and disordered receipts lead to the same timeline", async () => {
  await behave({ duplicateRate: 1, disorder: true, complaintRate: 1 });
  const ids = await Promise.all([1, 2, 3].map((n) => mailTo(`bob-${n}@example.com`)));
  for (const id of ids) {
    const view = await until(id, (one) => typesOf(one).length >= 4);
    expect(view.status).toBe("delivered");
    expect(typesOf(view).toSorted()).toEqual([
      "delivery.complained",
      "delivery.delivered",
      "delivery.sent",
      "notification.routed",
    ]);
  }
});

test("forged and replayed receipts change nothing", async () => {
  const stats = async () => {
    const response = await fetch(`${platform.dev.simulator}/__sim/receipts`);
    const body: { providers: { sendgrid: { answers: Record<string, number> } } } = JSON.parse(
      await response.text(),
    );
    return body.providers.sendgrid.answers["401"] ?? 0;
  };
  for (const signing of ["wrong", "stale"]) {
    await behave({ signing, bounceRate: 1 });
    const before = await stats();
    const id = await mailTo(`eve-${signing}@example.com`);
    await eventually(async () => expect(await stats()).toBe(before + 1), { timeoutMs: 10_000 });
    expect((await untilEnd(api, id)).status).toBe("sent");
  }
});
test("after a bounce the next mail is refused, and sent again once that is lifted", async () => {
  await behave({ bounceRate: 1 });
  const address = "Gone@Example.com";
  const bounced = await until(await mailTo(address), ({ status }) => status === "failed");
  expect(bounced.deliveries[0]).toMatchObject({ status: "failed", error: { code: "bounced" } });
  await behave({});

  const refused = await untilEnd(api, await mailTo("gone@example.com"));
  expect(refused).toMatchObject({ status: "suppressed", error: { code: "suppressed" } });
  expect(JSON.stringify(refused)).not.toMatch(/gone@example/i);

  const { data } = await api.get<{ data: { id: string; reason: string }[] }>(
    "/v1/suppressions?channel=email&address=GONE@example.com",
  );
  expect(data).toMatchObject([{ reason: "hard_bounce" }]);
  await api.delete(`/v1/suppressions/${data[0]?.id}`);
  await until(await mailTo(address), ({ status }) => status === "delivered");
});
