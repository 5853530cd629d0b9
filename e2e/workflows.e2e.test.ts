import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView, SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, untilEnd } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  const channels = {
    inapp: { title: "Order {{orderNo}}" },
    email: { subject: "{{orderNo}}", text: "!" },
  };
  await api.put("/v1/templates/order", { channels });
  await api.put("/v1/workflows/remind", {
    steps: [
      { type: "send", name: "tell", template: "order", channels: ["inapp"] },
      {
        type: "wait",
        name: "seen",
        for: "tell",
        until: "read",
        within: "PT2S",
        otherwise: "which",
        next: "end",
      },
      {
        type: "branch",
        name: "which",
        branches: [{ when: "event.data.total > 100.0", next: "mail" }],
        otherwise: "end",
      },
      { type: "send", name: "mail", template: "order", channels: ["email"] },
    ],
    category: "orders",
  });
  await api.put("/v1/rules/remind", {
    on: "com.example.basket.left",
    recipients: ["event.data.customer"],
    workflow: "remind",
  });
}, 60_000);
afterAll(() => platform.close());

const put = (id: string) => api.put(`/v1/recipients/${id}`, { email: `${id}@example.com` });

/** The one notification an event led to. */
async function notificationOf(customer: string, total: number): Promise<NotificationView> {
  await put(customer);
  const event = {
    specversion: "1.0",
    id: `order-${customer}`,
    source: "/shop",
    type: "com.example.basket.left",
  };
  await api.post("/v1/events", { ...event, data: { customer, total, orderNo: "A-1" } });
  const found = await eventually(
    async () => {
      const path = `/v1/notifications?recipient=${customer}`;
      const { data } = await api.get<{ data: NotificationView[] }>(path);
      const [first] = data;
      if (first === undefined) throw new Error("no notification yet");
      return first;
    },
    { timeoutMs: 20_000 },
  );
  return untilEnd(api, found.id);
}

const statusesOf = ({ deliveries }: NotificationView) =>
  deliveries.map(({ channel, status }) => `${channel} ${status}`);

test("an event starts the workflow of its rule: not read in time, and large enough for a mail", async () => {
  const view = await notificationOf("large", 150);
  expect(view).toMatchObject({
    status: "sent",
    category: "orders",
    workflow: { name: "remind", version: 1 },
  });
  expect(statusesOf(view)).toEqual(["inapp sent", "email sent"]);
  const saga = await api.get<SagaView>(`/v1/sagas/${view.saga}`);
  const entered = saga.history.flatMap(({ events }) =>
    events.filter(({ type }) => type === "step_entered"),
  );
  expect(entered.map(({ step, reason }) => [step, reason])).toEqual([
    ["tell", undefined],
    ["seen", "sent through inapp"],
    ["which", "tell was not read within PT2S"],
    ["mail", "event.data.total > 100.0"],
  ]);
});

test("no condition holds: the workflow is over without the mail", async () => {
  const view = await notificationOf("small", 50);
  expect(statusesOf(view)).toEqual(["inapp sent"]);
});

test("a request may name the workflow; a running saga keeps the version it began with", async () => {
  await put("patient");
  const definition = await api.get<{ definition: { steps: object[] } }>("/v1/workflows/remind");
  const [id = ""] = await send(api, {
    to: "patient",
    workflow: "remind",
    data: { total: 150, orderNo: "B" },
  });
  await eventually(async () => {
    const { deliveries } = await api.get<NotificationView>(`/v1/notifications/${id}`);
    expect(deliveries[0]?.status).toBe("sent");
  });
  await api.put("/v1/workflows/remind", {
    steps: [{ type: "send", name: "tell", template: "order", channels: ["inapp"] }],
  });
  const view = await untilEnd(api, id);
  expect(statusesOf(view)).toEqual(["inapp sent", "email sent"]);
  await api.put("/v1/workflows/remind", definition.definition);
});

test("what cannot be run is refused with the place", async () => {
  const steps = [{ type: "send", name: "a", template: "order", channels: ["email"], next: "gone" }];
  await expect(api.put("/v1/workflows/broken", { steps })).rejects.toThrow(/\/steps\/0\/next/);
  const unknown = { to: "patient", workflow: "nowhere" };
  await expect(api.post("/v1/notifications", unknown)).rejects.toThrow(/workflow/);
});
