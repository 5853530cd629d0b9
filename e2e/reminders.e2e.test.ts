import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView, SagaView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, takenFor, untilView } from "./until-end.ts";

// One channel used twice on one way: a mail, and another when nobody has read the first.
let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform({ receipts: true });
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  const mail = (subject: string) => ({ channels: { email: { subject, text: "Hello" } } });
  await api.put("/v1/templates/invitation", mail("Come"));
  await api.put("/v1/templates/reminder", mail("Will you come?"));
  await api.put("/v1/workflows/invite", {
    steps: [
      { type: "send", name: "invite", template: "invitation", channels: ["email"] },
      { ...unread("seen", "invite", "PT3S"), otherwise: "remind" },
      { type: "send", name: "remind", template: "reminder", channels: ["email"] },
      { ...unread("seen-then", "remind", "PT1M"), otherwise: "end" },
    ],
  });
}, 60_000);
afterAll(() => platform.close());

const unread = (name: string, step: string, within: string) => ({
  type: "wait",
  name,
  for: step,
  until: "read",
  within,
  next: "end",
});

async function behave(behaviour: object, provider = "sendgrid"): Promise<void> {
  const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/${provider}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ receipts: { delayMs: 50 }, ...behaviour }),
  });
  expect(response.status).toBe(200);
}

const invite = async (name: string) => {
  const to = { id: name, email: `${name}@example.com` };
  const [id = ""] = await send(api, { to, workflow: "invite", data: {} });
  return id;
};
const until = (id: string, condition: (view: NotificationView) => boolean) =>
  untilView(api, id, condition, 30_000);
const statusesOf = ({ deliveries }: NotificationView) =>
  deliveries.map(({ channel, status }) => `${channel} ${status}`);

test("each of two mails has its own receipts", async () => {
  await behave({});
  const id = await invite("forgetful");
  await until(id, (view) => view.deliveries[0]?.status === "delivered");
  await behave({ receipts: { delayMs: 50, openRate: 1 } });
  const view = await until(id, ({ status }) => status === "read");
  expect(statusesOf(view)).toEqual(["email delivered", "email read"]);
  expect(await takenFor(platform.dev.simulator, "forgetful@example.com")).toBe(2);
  const [first, second] = view.deliveries;
  const read = view.timeline?.filter(({ type }) => type === "delivery.read");
  expect(read).toMatchObject([{ deliveryId: second?.id }]);
  const saga = await api.get<SagaView>(`/v1/sagas/${view.saga}`);
  expect(saga.deliveries).toMatchObject([
    { id: first?.id, step: "invite", status: "delivered" },
    { id: second?.id, step: "remind", status: "read" },
  ]);
});

test("a cancel names both mails, and the second, which cannot be sent yet, is not", async () => {
  await behave({});
  const id = await invite("undecided");
  await until(id, (view) => view.deliveries[0]?.status === "delivered");
  await behave({ errorRate: 1, errorStatus: 503 });
  await behave({ errorRate: 1, errorStatus: 451 }, "smtp");
  const { deliveries } = await until(id, (view) => view.deliveries[1]?.status === "retrying");
  const [first, second] = deliveries.map((one) => ({ deliveryId: one.id, channel: "email" }));
  const answer = await api.post(`/v1/notifications/${id}/cancel`);
  expect(answer).toMatchObject({ status: "partial", cancelled: [second], alreadySent: [first] });
  for (const provider of ["sendgrid", "smtp"]) await behave({}, provider);
  const view = await until(id, (one) => one.deliveries[1]?.status === "cancelled");
  expect(view.status).toBe("partial");
  expect(await takenFor(platform.dev.simulator, "undecided@example.com")).toBe(1);
});
