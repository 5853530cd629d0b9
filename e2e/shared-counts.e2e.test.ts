import { type Api, createApi } from "@pulsecourier/cli";
import type { BudgetView, NotificationView, SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, untilEnd } from "./until-end.ts";

const tell = { type: "send", name: "tell", template: "order", channels: ["email"] };

let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  await api.put("/v1/templates/order", { channels: { email: { subject: "Order", text: "!" } } });
  await api.put("/v1/recipients/ann", { email: "ann@example.com", timezone: "Asia/Tokyo" });
}, 60_000);
afterAll(() => platform.close());

async function notify(workflow: string): Promise<string> {
  const [id = ""] = await send(api, { to: "ann", workflow });
  return id;
}

const standOf = async (name: string) => {
  const { used, reserved } = await api.get<BudgetView>(`/v1/budgets/${name}`);
  return { used, reserved };
};

test("as many as the throttle and the budget let through are sent; the others say why not", async () => {
  await api.put("/v1/budgets/mails", { limit: 2.5, window: "month" });
  await api.put("/v1/workflows/held", {
    steps: [
      { type: "throttle", name: "few", limit: 2, per: "P1D" },
      { type: "reserve", name: "hold", budget: "mails", amount: 1.5 },
      tell,
    ],
  });
  const ends: [string, string | undefined][] = [];
  for (let time = 0; time < 3; time += 1) {
    const { status, error } = await untilEnd(api, await notify("held"));
    ends.push([status, error?.code]);
  }
  expect(ends).toEqual([
    ["sent", undefined],
    ["suppressed", "over_budget"],
    ["suppressed", "throttled"],
  ]);
  expect(await standOf("mails")).toEqual({ used: 1.5, reserved: 0 });
}, 60_000);

test("what waits for an opening in the recipient's zone holds its reservation until it is cancelled", async () => {
  await api.put("/v1/budgets/later", { limit: 1 });
  const now = Date.now();
  const hourIn = (hours: number) =>
    new Date(now + hours * 3_600_000).toLocaleTimeString("en-GB", {
      timeZone: "Asia/Tokyo",
      hour: "2-digit",
      minute: "2-digit",
    });
  const opening = { from: hourIn(2), until: hourIn(3) };
  await api.put("/v1/workflows/later", {
    steps: [
      { type: "reserve", name: "hold", budget: "later" },
      { type: "delay", name: "pause", opening },
      tell,
    ],
  });
  const id = await notify("later");
  const waiting = await eventually(
    async () => {
      const { saga } = await api.get<NotificationView>(`/v1/notifications/${id}`);
      const view = await api.get<SagaView>(`/v1/sagas/${saga}`);
      expect(view.at?.timer).not.toBeNull();
      expect(view.at?.step).toBe("pause");
      return view;
    },
    { timeoutMs: 20_000 },
  );
  const ahead = (waiting.at?.timer?.at ?? 0) - now;
  expect(ahead).toBeGreaterThan(119 * 60_000 - 60_000);
  expect(ahead).toBeLessThanOrEqual(120 * 60_000);
  expect(await standOf("later")).toEqual({ used: 0, reserved: 1 });
  await api.post(`/v1/notifications/${id}/cancel`, {});
  expect((await untilEnd(api, id)).status).toBe("cancelled");
  await eventually(async () => expect(await standOf("later")).toEqual({ used: 0, reserved: 0 }));
}, 60_000);
