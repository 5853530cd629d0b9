import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { hasEnded, type NotificationView, type SagaView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { takenFor } from "./until-end.ts";

const SAGAS = 120;
const KILLS = 4;
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({
    groups: {
      ingest: ["gateway", "router", "scheduler"],
      "orchestrator-1": ["orchestrator"],
      "orchestrator-2": ["orchestrator"],
      deliver: ["sender-email", "sender-sms", "tracker"],
      simulator: ["provider-simulator"],
    },
  });
  const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/sendgrid`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ errorRate: 0.5, errorStatus: 400 }),
  });
  expect(response.status).toBe(200);
}, 90_000);
afterAll(() => platform.close());

type Person = { id: string; mail: string; phone: string };

async function accept(count: number, from: number): Promise<Person[]> {
  const content = { subject: "Hello", text: "Hello" };
  const people = Array.from({ length: count }, (_, index) => ({
    mail: `crash-${from + index}@example.com`,
    phone: `+49151123${String(10_000 + from + index)}`,
  }));
  const notifications = people.map(({ mail, phone }) => ({
    to: { email: mail, phone },
    content,
    channels: ["email", "sms"],
    strategy: "first",
  }));
  const path = "/v1/notifications/batch";
  const { results } = await platform.api.post<{ results: { id: string }[] }>(path, {
    notifications,
  });
  return people.map((person, index) => ({ ...person, id: results[index]?.id ?? "" }));
}

test("kill -9 of either of two orchestrators in mid-flow: every saga ends, none sends twice or skips a step", async () => {
  const people: Person[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    people.push(...(await accept(SAGAS / KILLS, people.length)));
    const name = `orchestrator-${1 + (kill % 2)}`;
    // Somewhere between taking the first start and the last end.
    await delay(randomInt(400));
    await platform.kill(name);
    await platform.restart(name);
  }
  const views = await eventually(
    async () => {
      const all = await Promise.all(
        people.map(({ id }) => platform.api.get<NotificationView>(`/v1/notifications/${id}`)),
      );
      const open = all.filter(({ status }) => !hasEnded(status));
      if (open.length > 0)
        throw new Error(`${open.length} open, such as ${JSON.stringify(open[0])}`);
      return all;
    },
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  expect(views.filter(({ status }) => status !== "sent")).toEqual([]);
  for (const [index, { deliveries, saga = "" }] of views.entries()) {
    const { mail = "", phone = "" } = people[index] ?? {};
    const isRefused = deliveries[0]?.status === "failed";
    // A text message exactly where the mail was refused, and either once.
    expect(deliveries.map(({ channel }) => channel)).toEqual(
      isRefused ? ["email", "sms"] : ["email"],
    );
    expect(await takenFor(platform.dev.simulator, mail)).toBe(isRefused ? 0 : 1);
    expect(await takenFor(platform.dev.simulator, phone)).toBe(isRefused ? 1 : 0);
    const { history, status } = await platform.api.get<SagaView>(`/v1/sagas/${saga}`);
    expect(status).toBe("completed");
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, at) => at + 1));
  }
}, 120_000);
