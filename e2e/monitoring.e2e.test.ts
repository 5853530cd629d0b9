import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sendEvent, untilEnded, watchInboxes } from "@pulsecourier/cli";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { operatorQueries, RULES } from "./operator-queries.ts";
import { readExpression } from "./read-expression.ts";
import { type ServedMetrics, servedMetrics } from "./served-metrics.ts";
import { has, startPrometheus } from "./start-prometheus.ts";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { sendAndEnd } from "./until-end.ts";

// Dashboard, alerts and pages ask for what a running platform measures.

const queries = operatorQueries("20s");
/** Made by Prometheus itself. */
const MADE = new Set(["up", "ALERTS"]);
const TARGET_LABELS = ["job", "instance", "alertname", "severity", "alertstate"];
/** What only Kafka's or a browser's trouble brings: defined, but without series on a platform that is well. */
const UNSEEN = [
  "pulse_consumer_commit_failures_total",
  "pulse_consumer_handler_failures_total",
  "pulse_producer_failed_records_total",
  "pulse_realtime_closed_total",
];

let platform: TestPlatform;
let served: ServedMetrics;
let inboxes: Awaited<ReturnType<typeof watchInboxes>>;
beforeAll(async () => {
  platform = await startTestPlatform();
  inboxes = await watchInboxes(platform.api, platform.dev.realtime, ["customer-1"]);
  await useEverything();
  served = await servedMetrics(platform.dev.services);
}, 90_000);
afterAll(async () => {
  inboxes?.close();
  await platform?.close();
});

/** Sends that go well, one that is refused for good, one that takes the second account and a second attempt. */
async function useEverything(): Promise<void> {
  const { api, shop } = platform;
  const event = shop.events["order-placed"];
  if (event === undefined) throw new Error("the shop lacks order-placed");
  await untilEnded(api, await sendEvent(api, event), 1);
  const content = { subject: "Hello", text: "Hello" };
  const mail = { to: { email: "ada@example.com" }, channels: ["email"], content };
  await behave("sendgrid", { next: [{ status: 400 }] });
  await sendAndEnd(api, mail);
  await behave("sendgrid", { next: [{ status: 503 }] });
  await behave("smtp", { next: [{ status: 451 }] });
  await sendAndEnd(api, mail);
  await fetch(`${platform.dev.gateway}/v1/notifications`);
}

async function behave(provider: string, behaviour: object): Promise<void> {
  const response = await fetch(`${platform.dev.simulator}/__sim/behaviour/${provider}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  expect(response.status).toBe(200);
}

test("no expression that is broken passes for one", () => {
  expect(() => readExpression("sum by (rate(pulse_accepted_total[5m]))")).toThrow("no PromQL");
  expect(readExpression('sum by (kind) (rate(a_total{b="c"}[5m])) / on () d').selectors).toEqual([
    { metric: "a_total", labels: ["b", "kind"] },
    { metric: "d", labels: [] },
  ]);
});

describe.each(queries)("$where: $expr", ({ expr, shown }) => {
  test("asks for metrics and labels the services have", () => {
    const { selectors, groupedBy } = readExpression(expr);
    expect(selectors.length).toBeGreaterThan(0);
    const labelsOf = (metric: string) => [...(served.get(metric) ?? []), ...TARGET_LABELS];
    for (const { metric, labels } of selectors.filter((one) => !MADE.has(one.metric))) {
      expect([...served.keys()]).toContain(metric);
      if (served.get(metric)?.size === 0) expect(UNSEEN).toContain(metric);
      else expect(labelsOf(metric)).toEqual(expect.arrayContaining(labels));
    }
    const left = groupedBy ?? selectors.flatMap(({ metric }) => labelsOf(metric));
    expect(left).toEqual(expect.arrayContaining(shown));
  });
});

test.each(["operating", "sizing"])("docs/%s.md names metrics the services have", (page) => {
  const text = readFileSync(join(import.meta.dirname, `../docs/${page}.md`), "utf8");
  const named = text.match(/\b(pulse|process|nodejs)_\w+/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  const bare = new Set([...served.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  expect(named.filter((name) => !served.has(name) && !bare.has(name))).toEqual([]);
});

test.skipIf(!has("promtool"))("promtool finds nothing wrong with the alerts", () => {
  const { status, stderr } = spawnSync("promtool", ["check", "rules", RULES], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

/** Panels that are empty while all is well. */
const EMPTY = new Set([
  "Firing alerts",
  "Records in retry tiers",
  "Sockets closed from here",
  "Writes Kafka refused, repeated work",
]);

test.skipIf(!has("prometheus"))("a real Prometheus answers everything that is asked", async () => {
  const prometheus = await startPrometheus(platform.dev.services);
  onTestFinished(() => prometheus.close());
  const alerts = new Set((await prometheus.rules()).map(({ name }) => name));
  await eventually(async () => {
    const up = await prometheus.query("up");
    expect(up.map(({ value }) => value)).toEqual(Object.keys(platform.dev.services).map(() => 1));
  });
  await useEverything();
  const panels = queries.filter(({ where }) => !alerts.has(where));
  await eventually(
    async () => {
      for (const { where, expr } of panels) {
        const values = (await prometheus.query(expr)).map(({ value }) => value);
        if (!EMPTY.has(where)) expect(values.some(Number.isFinite), `${where}: ${expr}`).toBe(true);
      }
    },
    { timeoutMs: 15_000, intervalMs: 500 },
  );
  const rules = await prometheus.rules();
  expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  const firing = await prometheus.query('ALERTS{alertstate="firing"}');
  expect(firing.map(({ metric }) => metric["alertname"])).toEqual([]);
});
