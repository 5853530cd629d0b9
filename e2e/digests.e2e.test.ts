import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView, SagaView } from "@pulsecourier/contracts";
import { createDb, type Db, travel } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { untilEnd, untilView } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
let db: Db;
beforeAll(async () => {
  platform = await startTestPlatform();
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  db = createDb({ url: platform.dev.database, onError: () => undefined });
  const subject = "{{digest.count}} orders";
  const text = "{{#each digest.items}}{{orderNo}} {{/each}}";
  await api.put("/v1/templates/orders", { channels: { email: { subject, text } } });
  await workflow("collected", { window: { type: "fixed", for: "PT1H" } });
  await workflow("first-at-once", { window: { type: "fixed", for: "PT1H" }, leading: true });
  await workflow("each-morning", { window: { type: "calendar", at: "09:00" } });
}, 60_000);
afterAll(async () => {
  await db.close();
  await platform.close();
});

/** A workflow that collects, and its rule. */
async function workflow(name: string, digest: object): Promise<void> {
  await api.put(`/v1/workflows/${name}`, {
    steps: [
      { type: "digest", name: "collect", ...digest },
      { type: "branch", name: "any", branches, otherwise: "end" },
      { type: "send", name: "tell", template: "orders", channels: ["email"] },
    ],
  });
  await api.put(`/v1/rules/${name}`, {
    on: `com.example.${name}`,
    recipients: ["event.data.customer"],
    workflow: name,
  });
}
const branches = [{ when: "digest.count > 0", next: "tell" }];

/** An event for a customer, once its item is in a digest or has gone on. */
async function order(name: string, customer: string, orderNo: string): Promise<string> {
  const event = { specversion: "1.0", id: `${customer}-${orderNo}`, source: "/shop" };
  const data = { customer, orderNo };
  await api.post("/v1/events", { ...event, type: `com.example.${name}`, data });
  return await eventually(
    async () => {
      const path = `/v1/notifications?recipient=${customer}`;
      const { data: views } = await api.get<{ data: NotificationView[] }>(path);
      const view = views.find(({ eventId }) => eventId === event.id);
      const saga = await api.get<SagaView>(`/v1/sagas/${view?.saga}`);
      if (saga.at?.step === "collect" && saga.at.answer === null) throw new Error("not yet");
      return view?.id ?? "";
    },
    { timeoutMs: 20_000 },
  );
}

const people = async (...ids: string[]) => {
  for (const id of ids) {
    await api.put(`/v1/recipients/${id}`, {
      email: `${id}@example.com`,
      timezone: "Asia/Tokyo",
    });
  }
};

/** Subjects and texts of what an address has got. */
async function mailsOf(customer: string): Promise<string[]> {
  const { simulator } = platform.dev;
  const answer = await fetch(`${simulator}/__sim/messages?to=${customer}@example.com`);
  const { data }: { data: { id: string; subject: string }[] } = JSON.parse(await answer.text());
  const mails = data.map(async ({ id, subject }) => {
    const one = await fetch(`${simulator}/__sim/messages/${encodeURIComponent(id)}`);
    const { content }: { content: { text: string } } = JSON.parse(await one.text());
    return `${subject}: ${content.text.trim()}`;
  });
  return await Promise.all(mails);
}

test("three events, one mail: it carries them all, and the others say which it is", async () => {
  await people("three");
  const ids = [];
  for (const orderNo of ["A", "B", "C"]) ids.push(await order("collected", "three", orderNo));
  expect(await mailsOf("three")).toEqual([]);
  await travel(db, "PT1H");
  const [first, ...others] = await Promise.all(ids.map((id) => untilEnd(api, id)));
  expect(first).toMatchObject({ status: "sent", deliveries: [{ channel: "email" }] });
  for (const other of others) {
    expect(other).toMatchObject({
      status: "suppressed",
      error: { code: "collected" },
      carriedBy: first?.id,
      deliveries: [],
    });
  }
  expect(await mailsOf("three")).toEqual(["3 orders: A B C"]);
});

test("one is withdrawn, be it the first: the mail has the other two", async () => {
  await people("withdrawn");
  const ids = [];
  for (const orderNo of ["A", "B", "C"]) ids.push(await order("collected", "withdrawn", orderNo));
  const [first = "", second = ""] = ids;
  await api.post(`/v1/notifications/${first}/cancel`);
  await untilView(api, first, ({ status }) => status === "cancelled");
  await travel(db, "PT1H");
  expect(await untilEnd(api, second)).toMatchObject({ status: "sent" });
  expect(await mailsOf("withdrawn")).toEqual(["2 orders: B C"]);
});

test("all are withdrawn: nothing is sent", async () => {
  await people("none");
  const ids = [await order("collected", "none", "A"), await order("collected", "none", "B")];
  for (const id of ids) await api.post(`/v1/notifications/${id}/cancel`);
  const views = await Promise.all(ids.map((id) => untilEnd(api, id)));
  expect(views.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  await eventually(async () => {
    const { rows } = await db.pool.query("select from saga.digests");
    expect(rows).toEqual([]);
  });
  await travel(db, "PT1H");
  expect(await mailsOf("none")).toEqual([]);
});

test("the first at once, by itself; the rest when its window closes", async () => {
  await people("leading");
  const first = await order("first-at-once", "leading", "A");
  expect(await untilEnd(api, first)).toMatchObject({ status: "sent" });
  const second = await order("first-at-once", "leading", "B");
  await order("first-at-once", "leading", "C");
  await travel(db, "PT1H");
  await untilEnd(api, second);
  expect((await mailsOf("leading")).toSorted()).toEqual(["1 orders: A", "2 orders: B C"]);
});

test("at nine in the morning, where the recipient is", async () => {
  await people("morning");
  const id = await order("each-morning", "morning", "A");
  const { saga } = await api.get<NotificationView>(`/v1/notifications/${id}`);
  const { at } = await api.get<SagaView>(`/v1/sagas/${saga}`);
  const time = new Date(at?.timer?.at ?? 0).toISOString();
  expect(time).toMatch(/T00:00:00.000Z$/);
  await travel(db, "P1D");
  await untilEnd(api, id);
  expect(await mailsOf("morning")).toEqual(["1 orders: A"]);
});

test("what cannot be run is refused with the place", async () => {
  const put = (digest: object) =>
    api.put("/v1/workflows/broken", { steps: [{ type: "digest", name: "collect", ...digest }] });
  const window = { type: "fixed", for: "PT1H" };
  await expect(put({})).rejects.toThrow(/\/steps\/0\/window/);
  await expect(put({ window, key: "" })).rejects.toThrow(/\/steps\/0\/key/);
  await expect(put({ window, key: "event.data" })).rejects.toThrow(/\/steps\/0\/key/);
  const cron = { type: "calendar", cron: "0 25 * * *" };
  await expect(put({ window: cron })).rejects.toThrow(/\/steps\/0\/window\/cron/);
  const zone = { type: "calendar", at: "09:00", timezone: "Mars/Olympus" };
  await expect(put({ window: zone })).rejects.toThrow(/\/steps\/0\/window\/timezone/);
});
