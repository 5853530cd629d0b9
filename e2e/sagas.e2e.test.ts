import { type Api, ApiError, createApi } from "@pulsecourier/cli";
import { hasEnded, type NotificationView, type SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, takenFor, untilEnd, untilView } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
let people = 0;
beforeAll(async () => {
  platform = await startTestPlatform({ receipts: true });
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
}, 60_000);
afterAll(() => platform.close());

const SIMULATED = ["sendgrid", "smtp", "twilio", "vonage"] as const;

async function behave(provider: (typeof SIMULATED)[number], behaviour: object): Promise<void> {
  const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/${provider}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  expect(response.status).toBe(200);
}

beforeEach(async () => {
  for (const provider of SIMULATED) await behave(provider, { receipts: { delayMs: 50 } });
});

/** A request to somebody new, by mail and then by text message. */
async function first(request: object): Promise<{ id: string; mail: string; phone: string }> {
  people += 1;
  const mail = `person-${people}@example.com`;
  const phone = `+49151123456${String(people).padStart(2, "0")}`;
  const content = { subject: "Hello", text: "Hello" };
  const to = { email: mail, phone };
  const common = { to, content, channels: ["email", "sms"], strategy: "first" };
  const [id = ""] = await send(api, { ...common, ...request });
  return { id, mail, phone };
}

const until = (id: string, condition: (view: NotificationView) => boolean) =>
  untilView(api, id, condition, 30_000);

const sagaOf = ({ saga = "" }: NotificationView) => api.get<SagaView>(`/v1/sagas/${saga}`);

const statusesOf = ({ deliveries }: NotificationView) =>
  deliveries.map(({ channel, status }) => `${channel} ${status}`);

/** What the timeline says the saga decided, in its own words. */
const decisionsOf = ({ timeline = [] }: NotificationView) =>
  timeline
    .filter(({ type }) => type.startsWith("saga."))
    .map((entry) => [entry["decision"] ?? entry["outcome"], entry["reason"]].join(": "));

test("the first channel is refused: the second is used, and the timeline says why", async () => {
  await behave("sendgrid", { errorRate: 1, errorStatus: 400 });
  const { id, mail } = await first({});
  const view = await untilEnd(api, id);
  expect(statusesOf(view)).toEqual([
    "email failed",
    expect.stringMatching(/^sms (sent|delivered)$/),
  ]);
  expect(["sent", "delivered"]).toContain(view.status);
  expect(decisionsOf(view).slice(1)).toEqual([
    "send: it is the first",
    "send: email: provider_rejected",
    expect.stringMatching(/^completed: sms was (sent|delivered)$/),
  ]);
  expect(await takenFor(platform.dev.simulator, mail)).toBe(0);

  const saga = await sagaOf(view);
  expect(saga).toMatchObject({ notificationId: id, status: "completed", at: null });
  expect(saga.history.map(({ seq }) => seq)).toEqual(saga.history.map((_, index) => index + 1));
  expect(saga.history[0]).toMatchObject({ cause: "start" });
});

test("no receipt within the time limit: the second channel", async () => {
  await behave("sendgrid", { receipts: { on: false } });
  const { id } = await first({ until: "delivered", within: "PT1S" });
  const waiting = await until(id, ({ deliveries }) => deliveries[0]?.status === "sent");
  expect(waiting.status).toBe("processing");
  const view = await until(id, ({ status }) => status === "delivered");
  expect(statusesOf(view)).toEqual(["email sent", "sms delivered"]);
  expect(decisionsOf(view)).toContain("send: email was not delivered within PT1S");
});

test("a receipt before the time limit: the second channel is never asked", async () => {
  await behave("sendgrid", { receipts: { delayMs: 200 } });
  const { id } = await first({ until: "delivered", within: "PT1M" });
  const view = await untilEnd(api, id);
  expect(view.status).toBe("delivered");
  expect(statusesOf(view)).toEqual(["email delivered"]);
});

test("a receipt after it: what the second channel has not sent is withdrawn, and nothing else", async () => {
  await behave("sendgrid", { receipts: { delayMs: 4_000 } });
  for (const provider of ["twilio", "vonage"] as const) {
    await behave(provider, { errorRate: 1, errorStatus: 503 });
  }
  const { id, phone } = await first({ until: "delivered", within: "PT1S" });
  await until(id, ({ deliveries }) => deliveries[1]?.status === "retrying");
  const ended = await untilEnd(api, id);
  expect(ended.status).toBe("delivered");
  for (const provider of ["twilio", "vonage"] as const) await behave(provider, {});
  const view = await until(id, ({ deliveries }) => deliveries[1]?.status === "cancelled");
  expect(view.status).toBe("delivered");
  expect(statusesOf(view)).toEqual(["email delivered", "sms cancelled"]);
  expect(decisionsOf(view)).toContain("withdraw: email was delivered");
  expect(await takenFor(platform.dev.simulator, phone)).toBe(0);
});

test("nobody to send to is suppressed, not failed", async () => {
  const content = { subject: "Hello", text: "Hello" };
  const to = { id: "nobody-at-all" };
  const [id = ""] = await send(api, { to, content, channels: ["email", "sms"], strategy: "first" });
  const view = await untilEnd(api, id);
  expect(view).toMatchObject({ status: "suppressed", error: { code: "no_address" } });
});

test("a cancel while it waits: no further channel, and the saga says so", async () => {
  await behave("sendgrid", { receipts: { on: false } });
  const { id } = await first({ until: "read", within: "PT2S" });
  await until(id, ({ deliveries }) => deliveries[0]?.status === "sent");
  const answer = await api.post(`/v1/notifications/${id}/cancel`);
  expect(answer).toMatchObject({ status: "partial", alreadySent: [{ channel: "email" }] });
  const view = await until(id, ({ status }) => hasEnded(status));
  expect(view.status).toBe("partial");
  expect(statusesOf(view)).toEqual(["email sent"]);
  await eventually(async () => expect((await sagaOf(view)).status).toBe("cancelled"));
  await expect(api.post(`/v1/notifications/${id}/cancel`)).rejects.toThrow(ApiError);
});

test("an in-app item that is read in time needs no mail", async () => {
  const to = { id: `reader-${people}`, email: `reader-${people}@example.com` };
  const request = { to, content: { title: "Hi", text: "Hello" }, channels: ["inapp", "email"] };
  const [id = ""] = await send(api, {
    ...request,
    strategy: "first",
    until: "read",
    within: "PT1M",
  });
  const { deliveries } = await until(id, (view) => view.deliveries[0]?.status === "sent");
  const { token } = await api.post<{ token: string }>(`/v1/recipients/${to.id}/tokens`);
  const inbox = createApi(platform.dev.gateway, token);
  await inbox.post(`/v1/inbox/${deliveries[0]?.id}/read`);
  const view = await untilEnd(api, id);
  expect([view.status, ...statusesOf(view)]).toEqual(["read", "inapp read"]);
});

test("a scheduled one begins its saga when it is due", async () => {
  const { id } = await first({ sendAt: new Date(Date.now() + 1_500).toISOString() });
  expect((await until(id, ({ status }) => status === "scheduled")).saga).toBeUndefined();
  const view = await untilEnd(api, id);
  expect(view.saga).toBeDefined();
  expect(statusesOf(view)[0]).toMatch(/^email (sent|delivered)$/);
});

test("a cancel takes back what is in the inbox", async () => {
  const to = { id: "withdrawn", email: "withdrawn@example.com" };
  const request = { to, content: { title: "Hi", text: "Hello" }, channels: ["inapp", "email"] };
  const [id = ""] = await send(api, {
    ...request,
    strategy: "first",
    until: "read",
    within: "PT1H",
  });
  await until(id, (view) => view.deliveries[0]?.status === "sent");
  const { token } = await api.post<{ token: string }>(`/v1/recipients/${to.id}/tokens`);
  const inbox = createApi(platform.dev.gateway, token);
  const items = async () => await inbox.get<{ data: object[]; unread: number }>("/v1/inbox");
  expect(await items()).toMatchObject({ data: [{}], unread: 1 });
  await api.post(`/v1/notifications/${id}/cancel`);
  const view = await untilEnd(api, id);
  expect(decisionsOf(view)).toContain("retract: what it put into the inbox is taken back");
  expect(await items()).toMatchObject({ data: [], unread: 0 });
  const { compensations } = await sagaOf(view);
  expect(compensations).toMatchObject([{ channel: "inapp", class: "exact", status: "done" }]);
});
