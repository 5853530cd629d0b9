import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView, SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { untilEnd, untilView } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  const channels = {
    inapp: { title: "{{orderNo}}" },
    email: { subject: "{{orderNo}}", text: "!" },
  };
  await api.put("/v1/templates/order", { channels });
  const key = "event.data.orderNo";
  await api.put("/v1/workflows/unpaid", {
    steps: [
      { type: "send", name: "tell", template: "order", channels: ["inapp"], required: false },
      {
        type: "wait",
        name: "paid",
        event: { on: "order.paid", key, when: "event.data.sum >= start.data.sum" },
        within: "PT4S",
        otherwise: "remind",
        next: "which",
      },
      {
        type: "branch",
        name: "which",
        branches: [{ when: 'events["paid"].data.sum > 100.0', next: "remind" }],
        otherwise: "end",
      },
      { type: "send", name: "remind", template: "order", channels: ["email"] },
    ],
    cancelOn: [{ on: "order.cancelled", key: "event.data.id", startKey: key }],
  });
  await api.put("/v1/rules/unpaid", {
    on: "order.placed",
    recipients: ["event.data.customer"],
    workflow: "unpaid",
  });
}, 60_000);
afterAll(() => platform.close());

const say = (type: string, id: string, data: object) =>
  api.post("/v1/events", { specversion: "1.0", id, source: "/shop", type, data });

/** Places an order; gives the notification once its saga runs. */
async function place(customer: string): Promise<NotificationView> {
  await api.put(`/v1/recipients/${customer}`, { email: `${customer}@example.com` });
  await say("order.placed", `placed-${customer}`, { customer, orderNo: customer, sum: 50 });
  return eventually(
    async () => {
      const path = `/v1/notifications?recipient=${customer}`;
      const { data } = await api.get<{ data: NotificationView[] }>(path);
      const [first] = data;
      if (first?.saga === undefined) throw new Error("no saga yet");
      return first;
    },
    { timeoutMs: 20_000 },
  );
}

const channelsOf = ({ deliveries }: NotificationView) => deliveries.map(({ channel }) => channel);
const sagaOf = ({ saga }: NotificationView) => api.get<SagaView>(`/v1/sagas/${saga}`);

test("what it waits for comes: no reminder, and conditions see what came", async () => {
  const little = await place("little");
  const much = await place("much");
  await say("order.paid", "short-little", { orderNo: "little", sum: 40 });
  await say("order.paid", "paid-little", { orderNo: "little", sum: 50 });
  await say("order.paid", "paid-much", { orderNo: "much", sum: 150 });
  expect(channelsOf(await untilEnd(api, little.id))).toEqual(["inapp"]);
  expect((await sagaOf(little)).events).toMatchObject({ paid: { id: "paid-little" } });
  expect(channelsOf(await untilEnd(api, much.id))).toEqual(["inapp", "email"]);
});

test("it does not come in time", async () => {
  const view = await untilEnd(api, (await place("late")).id);
  expect(channelsOf(view)).toEqual(["inapp", "email"]);
  const reasons = view.timeline?.map(({ reason }) => reason);
  expect(reasons).toContain("no order.paid came within PT4S");
});

test("it came before the workflow began", async () => {
  await say("order.paid", "paid-early", { orderNo: "early", sum: 50 });
  await eventually(() => api.get("/v1/events/paid-early"));
  const view = await untilEnd(api, (await place("early")).id);
  expect(channelsOf(view)).toEqual(["inapp"]);
});

test("an event cancels it, and what lies in the inbox is taken back", async () => {
  const { id } = await place("sorry");
  await untilView(api, id, ({ deliveries }) => deliveries.some(({ status }) => status === "sent"));
  await say("order.cancelled", "cancelled-sorry", { id: "sorry" });
  const saga = await eventually(async () => {
    const now = await sagaOf(await api.get<NotificationView>(`/v1/notifications/${id}`));
    expect(now.status).toBe("cancelled");
    return now;
  });
  expect(saga.end?.reason).toBe("cancelled by event order.cancelled cancelled-sorry");
  expect(saga.compensations).toMatchObject([{ channel: "inapp", status: "done" }]);
});

test.for<[string, object, string]>([
  ["neither", {}, "/steps/0/event"],
  ["both", { event: { on: "a", key: "event.id" }, for: "x", until: "read" }, "/steps/0/event"],
  ["half of a status", { until: "read", event: { on: "a", key: "event.id" } }, "/steps/0/until"],
  ["no key", { event: { on: "a" } }, "/steps/0/event/key"],
  ["many types", { event: { on: "a.*", key: "event.id" } }, "/steps/0/event/on"],
  ["a reserved type", { event: { on: "pulse.a", key: "event.id" } }, "/steps/0/event/on"],
  ["a broken key", { event: { on: "a", key: "event." } }, "/steps/0/event/key"],
  [
    "a broken condition",
    { event: { on: "a", key: "event.id", when: "1 + 1" } },
    "/steps/0/event/when",
  ],
])("a wait that names %s is refused with its place", async ([, wait, pointer]) => {
  const steps = [
    { type: "wait", name: "w", within: "PT1S", otherwise: "end", ...wait },
    { type: "send", name: "tell", template: "order", channels: ["email"] },
  ];
  await expect(api.put("/v1/workflows/broken", { steps })).rejects.toThrow(pointer);
});
