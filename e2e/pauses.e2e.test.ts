import { type Api, createApi } from "@pulsecourier/cli";
import type { NotificationView, SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { untilEnd } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  api = createApi(platform.dev.gateway, platform.dev.apiKey);
  const channels = { inapp: { title: "{{n}}" }, email: { subject: "{{n}}", text: "!" } };
  await api.put("/v1/templates/order", { channels });
  await api.put("/v1/workflows/twice", {
    steps: [
      { type: "send", name: "tell", template: "order", channels: ["inapp"] },
      { type: "delay", name: "pause", for: "PT2S" },
      { type: "send", name: "again", template: "order", channels: ["email"] },
    ],
  });
  const rule = { on: "placed", recipients: ["event.data.to"] };
  await api.put("/v1/rules/plain", { ...rule, template: "order", channels: ["inapp"] });
  await api.put("/v1/rules/flow", { ...rule, on: "flow", workflow: "twice" });
}, 60_000);
afterAll(() => platform.close());

const say = (type: string, id: string, to: string) =>
  api.post("/v1/events", { specversion: "1.0", id, source: "/shop", type, data: { to, n: id } });

async function notificationsOf(recipient: string): Promise<NotificationView[]> {
  const path = `/v1/notifications?recipient=${recipient}`;
  return (await api.get<{ data: NotificationView[] }>(path)).data;
}
type Seen = { decision: { rules: { result: string; reasons?: string[] }[] } | null };
const outcomeOf = async (id: string) => {
  const { decision } = await api.get<Seen>(`/v1/events/${id}`);
  if (decision === null) throw new Error("not decided yet");
  return decision.rules[0];
};

test("events of a paused rule wait, and none is lost or doubled when it goes on", async () => {
  await api.put("/v1/recipients/waits", { email: "waits@example.com" });
  await api.post("/v1/rules/plain/pause", { events: "wait" });
  const ids = Array.from({ length: 12 }, (_, n) => `waits-${n}`);
  for (const id of ids) await say("placed", id, "waits");
  for (const id of ids)
    await eventually(async () => expect((await outcomeOf(id))?.result).toBe("waiting"));
  expect(await notificationsOf("waits")).toEqual([]);
  await api.post("/v1/rules/plain/resume", undefined);
  await eventually(async () => expect(await notificationsOf("waits")).toHaveLength(12), {
    timeoutMs: 20_000,
  });
  const views = await Promise.all(
    (await notificationsOf("waits")).map(({ id }) => untilEnd(api, id)),
  );
  expect(new Set(views.map(({ eventId }) => eventId))).toEqual(new Set(ids));
  await eventually(async () => expect((await outcomeOf("waits-11"))?.result).toBe("match"));
});

test("events of a rule that skips are not matched, with the reason", async () => {
  await api.post("/v1/rules/plain/pause", { events: "skip" });
  await say("placed", "skipped-1", "skipped");
  await eventually(async () =>
    expect(await outcomeOf("skipped-1")).toMatchObject({ result: "no_match", reasons: ["paused"] }),
  );
  await api.post("/v1/rules/plain/resume", undefined);
  expect(await notificationsOf("skipped")).toEqual([]);
});

test("sagas of a paused workflow hold, a timer that fires meanwhile counts when it goes on", async () => {
  await api.put("/v1/recipients/holds", { email: "holds@example.com" });
  await say("flow", "holds-1", "holds");
  const view = await eventually(
    async () => {
      const [first] = await notificationsOf("holds");
      if (first?.deliveries[0]?.status !== "sent") throw new Error("nothing sent yet");
      return first;
    },
    { timeoutMs: 20_000 },
  );
  const saga = () => api.get<SagaView>(`/v1/sagas/${view.saga}`);
  await eventually(async () => expect((await saga()).at).toMatchObject({ step: "pause" }));
  await api.post("/v1/workflows/twice/pause", { events: "wait" });
  await eventually(async () => expect((await saga()).heldBy).not.toBeNull(), { timeoutMs: 20_000 });
  expect((await saga()).at).toMatchObject({ step: "pause", limitPassed: true });
  await say("flow", "holds-2", "holds");
  await eventually(
    async () =>
      expect((await notificationsOf("holds")).map((one) => one.deliveries.length)).toEqual([0, 1]),
    { timeoutMs: 20_000 },
  );
  await api.post("/v1/workflows/twice/resume", undefined);
  const ended = await Promise.all(
    (await notificationsOf("holds")).map(({ id }) => untilEnd(api, id)),
  );
  expect(ended.map(({ deliveries }) => deliveries.map(({ channel }) => channel))).toEqual([
    ["inapp", "email"],
    ["inapp", "email"],
  ]);
});
