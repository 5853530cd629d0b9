import { type Api, createApi } from "@pulsecourier/cli";
import { hasEnded, type NotificationView, type SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, untilView } from "./until-end.ts";

// What a workflow has sent when it is cancelled: taken back, replaced, corrected, or told to be cancelled.
let platform: TestPlatform;
let api: Api;
const PHONE = "cWithdrawn_Token-0001:APA91bPhone";
const text = (subject: string) => ({ subject, text: "Order {{orderNo}}" });

beforeAll(async () => {
  platform = await startTestPlatform();
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  await api.put("/v1/templates/on-its-way", {
    channels: {
      email: text("On its way"),
      inapp: { title: "On its way" },
      push: { title: "On its way" },
      sms: { text: "On its way" },
      webhook: { payload: '{"order": "{{orderNo}}"}' },
    },
  });
  await api.put("/v1/templates/not-after-all", { channels: { email: text("Not after all") } });
  const tell = { type: "send", name: "tell", template: "on-its-way" };
  const pause = { type: "delay", name: "pause", for: "P1D" };
  const thank = { type: "send", name: "thank", template: "on-its-way", channels: ["email"] };
  const correction = { template: "not-after-all", channels: ["email"] };
  const channels = ["inapp", "email", "push", "webhook"];
  const steps = [{ ...tell, channels, correction }, pause, thank];
  await api.put("/v1/workflows/shipping", { steps });
  const remind = { ...tell, channels: ["inapp", "sms"] };
  await api.put("/v1/workflows/reminder", { steps: [remind] });
  await api.put("/v1/workflows/shipped", { steps, pivot: "tell" });
}, 60_000);
afterAll(() => platform.close());
beforeEach(() => behave({}));

async function behave(behaviour: object): Promise<void> {
  for (const provider of ["sendgrid", "smtp"]) {
    const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/${provider}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(behaviour),
    });
    expect(response.status).toBe(200);
  }
}

/** Somebody to whom the first step has been sent. */
async function told(name: string, workflow = "shipping"): Promise<string> {
  const { simulator } = platform.dev;
  await api.put(`/v1/recipients/${name}`, {
    email: `${name}@example.com`,
    pushTokens: [{ platform: "android", token: PHONE }],
    webhook: `${simulator}/hooks/${name}`,
  });
  const [id = ""] = await send(api, { to: name, workflow, data: { orderNo: "A-1" } });
  await untilView(api, id, ({ timeline = [] }) =>
    timeline.some((entry) => entry["decision"] === "go_on" && entry["step"] === "pause"),
  );
  return id;
}

async function cancelled(id: string): Promise<{ view: NotificationView; saga: SagaView }> {
  await api.post(`/v1/notifications/${id}/cancel`);
  const view = await untilView(api, id, ({ status }) => hasEnded(status));
  const saga = await eventually(async () => {
    const now = await api.get<SagaView>(`/v1/sagas/${view.saga}`);
    expect(now.status).not.toBe("running");
    return now;
  });
  return { view, saga };
}

type Message = { id: string; subject: string; deliveryId: string | null };

/** What a provider took, oldest first, with its content. */
async function taken(query: string): Promise<(Message & { text: string })[]> {
  const { simulator } = platform.dev;
  const { data } = (await (await fetch(`${simulator}/__sim/messages?${query}`)).json()) as {
    data: Message[];
  };
  const full = data.map(async (one) => {
    const url = `${simulator}/__sim/messages/${encodeURIComponent(one.id)}`;
    return { ...one, text: await (await fetch(url)).text() };
  });
  return (await Promise.all(full)).toReversed();
}

const undoingOf = ({ compensations }: SagaView) =>
  compensations.map((one) => [one.kind, "channel" in one ? one.channel : "", one.status].join(" "));

test("everything that was sent is undone as its channel allows, newest first", async () => {
  const id = await told("ada");
  const { view, saga } = await cancelled(id);
  expect(saga.status).toBe("cancelled");
  expect(view.status).toBe("partial");
  expect(undoingOf(saga)).toEqual([
    "retract inapp done",
    "correct email done",
    "replace push done",
    "announce webhook done",
  ]);
  const decisions = view.timeline?.flatMap((entry) => entry["decision"] ?? []);
  expect(decisions?.slice(-5)).toEqual(["compensate", "announce", "replace", "correct", "retract"]);

  const mails = await taken("to=ada@example.com");
  expect(mails.map(({ subject }) => subject)).toEqual(["On its way", "Not after all"]);
  const [shown] = view.deliveries.filter(({ channel }) => channel === "push");
  const pushes = await taken(`to=${encodeURIComponent(PHONE)}`);
  expect(pushes.map(({ subject }) => subject)).toEqual(["On its way", ""]);
  expect(pushes[1]?.text).toContain(shown?.id);
  const [posted, announced] = view.deliveries.filter(({ channel }) => channel === "webhook");
  const [hook] = await taken(`deliveryId=${announced?.id}`);
  expect(hook?.text).toContain(".cancelled");
  expect(hook?.text).toContain(posted?.id);
  const corrections = view.deliveries.filter(({ corrects }) => corrects !== undefined);
  expect(corrections).toHaveLength(3);
});

test("a correction that cannot be sent is an outcome of its own, and a figure", async () => {
  const id = await told("bob");
  await behave({ errorRate: 1, errorStatus: 400 });
  const { view, saga } = await cancelled(id);
  expect(saga).toMatchObject({
    status: "compensation_failed",
    end: { reason: expect.stringMatching(/^cancelled.*; failed: correct email of tell$/) },
  });
  expect(undoingOf(saga)).toEqual([
    "retract inapp done",
    "correct email failed",
    "replace push done",
    "announce webhook done",
  ]);
  expect(view.timeline).toContainEqual(
    expect.objectContaining({ decision: "compensation_failed", channels: ["email"] }),
  );
  const metrics = await Promise.all(
    Object.values(platform.dev.services).map(async (url) => (await fetch(`${url}/metrics`)).text()),
  );
  expect(metrics.join("\n")).toMatch(
    /^pulse_sagas_ended_total\{outcome="compensation_failed",.*\} 1$/m,
  );
});

test("what somebody refuses to get is not sent as a correction either", async () => {
  const id = await told("cyd");
  await api.put("/v1/recipients/cyd/preferences", { channels: { email: false } });
  const { saga } = await cancelled(id);
  expect(saga.status).toBe("cancelled");
  expect(saga.compensations).toContainEqual(
    expect.objectContaining({
      channel: "email",
      status: "dropped",
      error: expect.objectContaining({ code: "opted_out" }),
    }),
  );
});

test("what is held in quiet hours is not waited for", async () => {
  const clock = (hours: number) =>
    new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  const quietHours = { from: clock(-1), until: clock(2), timezone: "UTC" };
  await api.put("/v1/recipients/eve", { phone: "+4915112345672" });
  await api.put("/v1/recipients/eve/preferences", { quietHours });
  const [id = ""] = await send(api, { to: "eve", workflow: "reminder", data: { orderNo: "A-1" } });
  await untilView(api, id, ({ held }) => held !== undefined);
  const { view, saga } = await cancelled(id);
  expect(saga.status).toBe("cancelled");
  expect(undoingOf(saga)).toEqual(["retract inapp dropped"]);
  expect(view.deliveries).toEqual([]);
});

test("past the pivot its definition states, nothing is undone", async () => {
  const id = await told("dan", "shipped");
  const { view, saga } = await cancelled(id);
  expect(saga.status).toBe("cancelled");
  expect(view.deliveries).toHaveLength(4);
  expect(undoingOf(saga).every((one) => one.endsWith("registered"))).toBe(true);
});
