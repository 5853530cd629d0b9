import { randomUUID } from "node:crypto";
import { createApi, instancesOf, receivedDeliveries } from "@pulsecourier/cli";
import { hasEnded, type NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";

/** Services that share the partitions of their topics. */
const CONSUMERS = [
  "router",
  "sender-email",
  "sender-inapp",
  "sender-push",
  "sender-sms",
  "sender-slack",
  "sender-telegram",
  "sender-whatsapp",
  "tracker",
];
const PER_GATEWAY = 100;
/** Where everybody is reached, beside an address of their own. */
const ADDRESSES = {
  phone: "+12025550143",
  pushTokens: [{ platform: "android", token: "dGVzdA:APA91bTestPhone" }],
  slack: "C0123456789",
  telegram: "123456789",
  whatsapp: "+12025550143",
};

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform({ groups: instancesOf(2), brokers: 3 });
}, 150_000);
afterAll(() => platform.close());

const urlOf = (group: string, service: string) => platform.instances[group]?.[service]?.url ?? "";

/** The values of a metric of one instance, by its labels as they stand in the text. */
async function metric(service: string, number: number, name: string): Promise<Map<string, number>> {
  const response = await fetch(`${urlOf(`${service}-${number}`, service)}/metrics`);
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith(`${name}{`));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), valueOf(line)]));
}

const valueOf = (line: string) => Number(line.slice(line.lastIndexOf(" ") + 1));

/** Fails unless each of both has partitions and none has one of the other's. */
async function sharesPartitions(service: string): Promise<void> {
  const name = "pulse_consumer_lag_records";
  const [one, other] = await Promise.all([metric(service, 1, name), metric(service, 2, name)]);
  expect(Math.min(one.size, other.size), `partitions of each ${service}`).toBeGreaterThan(0);
  expect([...one.keys()].filter((partition) => other.has(partition))).toEqual([]);
}

async function consumed(service: string, number: number): Promise<number> {
  const counts = await metric(service, number, "pulse_consumer_records_total");
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

async function acceptedBy(group: string): Promise<string[]> {
  const api = createApi(urlOf(group, "gateway"), platform.dev.apiKey);
  const notifications = Array.from({ length: PER_GATEWAY }, () => {
    const id = randomUUID();
    return {
      to: { id, email: `${id}@example.com`, ...ADDRESSES },
      channels: ["email", "inapp", "push", "sms", "slack", "telegram", "whatsapp"],
      content: { subject: `By ${group}`, text: "Shared." },
    };
  });
  const { results } = await api.post<{ results: { id: string }[] }>("/v1/notifications/batch", {
    notifications,
  });
  return results.map(({ id }) => id);
}

async function ended(ids: string[]): Promise<NotificationView[]> {
  const views = await Promise.all(
    ids.map((id) => platform.api.get<NotificationView>(`/v1/notifications/${id}`)),
  );
  const open = views.filter(({ status }) => !hasEnded(status));
  if (open.length > 0) throw new Error(`${open.length} have not ended, such as ${open[0]?.id}`);
  return views;
}

test("two of everything on three brokers share the work", async () => {
  const addresses = Object.values(platform.instances).flatMap((group) =>
    Object.values(group).map(({ url }) => url),
  );
  expect(new Set(addresses).size).toBe(Object.keys(instancesOf(2)).length - 1);
  for (const service of CONSUMERS) await eventually(() => sharesPartitions(service));

  const ids = (await Promise.all([acceptedBy("gateway-1"), acceptedBy("gateway-2")])).flat();
  // Three brokers and two of each service on one machine: how long that takes is not what is tested.
  const views = await eventually(() => ended(ids), { timeoutMs: 120_000, intervalMs: 200 });
  expect(new Set(views.map(({ id }) => id)).size).toBe(2 * PER_GATEWAY);
  expect(views.filter(({ status }) => status !== "sent" && status !== "delivered")).toEqual([]);
  const received = await receivedDeliveries(platform.dev.simulator);
  const emails = views.flatMap(({ deliveries }) =>
    deliveries.filter(({ channel }) => channel === "email").map(({ id }) => id),
  );
  expect(emails.map((id) => received.get(id))).toEqual(ids.map(() => 1));
  for (const service of CONSUMERS) {
    const [one, other] = await Promise.all([consumed(service, 1), consumed(service, 2)]);
    expect(Math.min(one, other), `records of each ${service}`).toBeGreaterThan(0);
  }
}, 180_000);
