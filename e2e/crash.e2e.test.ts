import { randomUUID } from "node:crypto";
import { receivedDeliveries, resetSimulator } from "@pulsecourier/cli";
import { acceptedAtOf, type NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform } from "./start-test-platform.ts";

const COUNT = 200;
const BATCH = 20;
const ENDS = ["sent", "delivered", "read"];
/** Calls a sender may have in flight, the most that may be repeated after its crash. */
const CALL_SLOTS = 256;
const SERVICES = [
  "gateway",
  "router",
  "scheduler",
  "tracker",
  "realtime",
  "sender-email",
  "sender-inapp",
] as const;

let platform: Awaited<ReturnType<typeof startTestPlatform>>;

beforeAll(async () => {
  platform = await startTestPlatform({
    groups: {
      simulator: ["provider-simulator"],
      ...Object.fromEntries(SERVICES.map((name) => [name, [name]])),
    },
  });
}, 90_000);
afterAll(() => platform.close());

/** Posts in batches, repeating each under its key until it is answered, and kills half-way. */
async function sendWhile(kill: () => Promise<void>): Promise<string[]> {
  const accepted: string[] = [];
  for (let from = 0; from < COUNT; from += BATCH) {
    const key = randomUUID();
    const notifications = Array.from({ length: BATCH }, (_, index) => ({
      to: { id: `crash-${from + index}`, email: `crash-${from + index}@example.com` },
      channels: ["email", "inapp"],
      content: { subject: `Crash ${from + index}`, text: "Still here." },
    }));
    const killed = from === COUNT / 2 ? kill() : Promise.resolve();
    const results = await eventually(() => post({ notifications }, key), { timeoutMs: 30_000 });
    await killed;
    for (const { id } of results) if (id !== undefined) accepted.push(id);
  }
  return accepted;
}

async function post(body: unknown, key: string): Promise<{ id?: string }[]> {
  const response = await fetch(`${platform.dev.gateway}/v1/notifications/batch`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${platform.dev.apiKey}`,
      "content-type": "application/json",
      "idempotency-key": key,
    },
    body: JSON.stringify(body),
  });
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  const { results }: { results: { id?: string }[] } = JSON.parse(await response.text());
  return results;
}

test.each(SERVICES)("kill -9 of %s loses nothing accepted", async (service) => {
  await resetSimulator(platform.dev.simulator);
  const accepted = await sendWhile(async () => {
    await platform.kill(service);
    await platform.restart(service);
  });
  expect(new Set(accepted).size).toBe(COUNT);
  const views = await eventually(
    async () => {
      const all = await Promise.all(
        accepted.map((id) => platform.api.get<NotificationView>(`/v1/notifications/${id}`)),
      );
      const open = all.filter(({ status }) => !ENDS.includes(status));
      if (open.length > 0)
        throw new Error(`${open.length} have not ended, such as ${JSON.stringify(open[0])}`);
      return all;
    },
    { timeoutMs: 45_000, intervalMs: 250 },
  );
  const received = await receivedDeliveries(platform.dev.simulator);
  const emails = views.flatMap(({ deliveries }) =>
    deliveries.filter(({ channel }) => channel === "email"),
  );
  expect(emails.filter(({ id }) => !received.has(id))).toEqual([]);
  const duplicated = [...received.values()].filter((times) => times > 1).length;
  expect(duplicated).toBeLessThanOrEqual(service === "sender-email" ? CALL_SLOTS : 0);
  expect(Math.max(...accepted.map(acceptedAtOf))).toBeLessThanOrEqual(Date.now());
});
