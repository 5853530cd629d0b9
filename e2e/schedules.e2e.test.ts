import { type Api, ApiError } from "@pulsecourier/cli";
import { hasEnded, type NotificationView, type ScheduleView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { send, takenFor, untilEnd, untilView } from "./until-end.ts";

let platform: TestPlatform;
let api: Api;
beforeAll(async () => {
  platform = await startTestPlatform();
  api = platform.api;
}, 60_000);
afterAll(() => platform.close());

const content = { subject: "Hello", text: "Hello" };
const mailTo = (mail: string) => ({ to: { email: mail }, channels: ["email"], content });
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

test("what a schedule sends arrives, and its run names the notification", async () => {
  const mail = "weekly@example.com";
  const body = { cron: "0 9 * * 1", timezone: "Europe/Berlin", notification: mailTo(mail) };
  await api.put("/v1/schedules/weekly", body);
  await api.post("/v1/schedules/weekly/run");
  const [run] = await eventually(async () => {
    const { runs } = await api.get<ScheduleView>("/v1/schedules/weekly");
    if (runs.length === 0) throw new Error("no run yet");
    return runs;
  });
  expect(run).toMatchObject({ result: "fired", reason: "asked for" });
  const view = await untilEnd(api, run?.notificationIds[0] ?? "");
  expect(view.eventId).toBe(run?.eventId);
  expect(view.status).toBe("sent");
  expect(await takenFor(platform.dev.simulator, mail)).toBe(1);
});

test("an event of a schedule reaches the rules", async () => {
  await api.put("/v1/rules/tick", {
    on: "clock.ticked",
    recipients: ['"customer-1"'],
    template: "order-shipped",
  });
  const event = { source: "/clock", type: "clock.ticked" };
  await api.put("/v1/schedules/hourly", { cron: "@hourly", event });
  await api.post("/v1/schedules/hourly/run");
  const eventId = await eventually(async () => {
    const { runs } = await api.get<ScheduleView>("/v1/schedules/hourly");
    if (runs[0]?.eventId == null) throw new Error("no run yet");
    return runs[0].eventId;
  });
  await eventually(async () => {
    const { data: found } = await api.get<{ data: unknown[] }>(
      `/v1/notifications?eventId=${eventId}`,
    );
    expect(found.length).toBeGreaterThan(0);
  });
});

type Wish = "cancel" | "later";

/** `doubtful`: the sender had it in hand, so it counts as sent, and may be let go of yet. */
type Answer = "granted" | "refused" | "doubtful";

/** Asks; what is refused is refused as too late. */
async function ask(id: string, wish: Wish): Promise<Answer> {
  const path = `/v1/notifications/${id}`;
  if (wish === "later") {
    const response = await fetch(new URL(path, platform.dev.gateway), {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${platform.dev.apiKey}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ sendAt: inMs(3_600_000) }),
    });
    if (response.status !== 200) expect(response.status).toBe(409);
    return response.ok ? "granted" : "refused";
  }
  try {
    const { status } = await api.post<{ status: string }>(`${path}/cancel`);
    return status === "cancelled" ? "granted" : "doubtful";
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return "refused";
    throw error;
  }
}

test.each(["cancel", "later"] as const)(
  "at the moment of firing: what is granted (%s) is not sent, what is refused is",
  async (wish) => {
    const dueAt = Date.now() + 8_000;
    const waiting = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const mail = `${wish}-${index}@example.com`;
        const [id = ""] = await send(api, {
          ...mailTo(mail),
          sendAt: new Date(dueAt).toISOString(),
        });
        await untilView(api, id, ({ status }) => status === "scheduled", 30_000);
        return { id, mail, askAt: dueAt - 400 + index * 60 };
      }),
    );
    const asked = await Promise.all(
      waiting.map(async ({ id, mail, askAt }) => {
        await eventually(() => Date.now() >= askAt, { timeoutMs: 20_000, intervalMs: 5 });
        return { id, mail, answer: await ask(id, wish) };
      }),
    );
    for (const { id, mail, answer } of asked) {
      const wanted = (status: NotificationView["status"]) =>
        answer === "granted" && wish === "later" ? status === "scheduled" : hasEnded(status);
      const { status, sendAt = "" } = await untilView(
        api,
        id,
        (view) => wanted(view.status),
        30_000,
      );
      const taken = await takenFor(platform.dev.simulator, mail);
      const told = { mail, answer, status, taken };
      if (answer === "refused") expect(told).toMatchObject({ status: "sent", taken: 1 });
      else if (answer === "doubtful") expect(told.taken).toBe(status === "sent" ? 1 : 0);
      else if (wish === "cancel") expect(told).toMatchObject({ status: "cancelled", taken: 0 });
      else expect(told.taken).toBe(0);
      if (status === "scheduled") expect(Date.parse(sendAt)).toBeGreaterThan(dueAt + 60_000);
    }
    // Asked in time and asked late were both among them.
    expect(new Set(asked.map(({ answer }) => answer)).size).toBeGreaterThan(1);
  },
  90_000,
);
