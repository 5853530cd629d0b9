import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, type TestBench } from "@pulsecourier/sender/testing";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench()));
afterAll(() => bench.close());

const main = fileURLToPath(new URL("main.ts", import.meta.url));

function spawnSender(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("kill -9 in the middle of calls loses nothing, and marks what may have gone twice", async () => {
  const simulator = await startProvider("sendgrid");
  await simulator.behave({ latencyMs: 300 });
  const env = {
    ...bench.env,
    EMAIL_PROVIDERS: "sendgrid",
    SENDGRID_API_KEY: "SG.test",
    SENDGRID_BASE_URL: simulator.url,
    CALL_TIMEOUT_MS: "2000",
    SENDER_EMAIL_PORT: "0",
    LOG_LEVEL: "silent",
    SEND_CONCURRENCY: "32",
  };
  const first = spawnSender(env);
  const deliveries = Array.from({ length: 200 }, () => bench.delivery());
  const ids = new Set(deliveries.map((delivery) => delivery.id));
  await bench.publish(deliveries);
  const sent = () =>
    bench.facts.filter((fact) => fact.type === "delivery.sent" && ids.has(fact.deliveryId));
  await eventually(() => sent().length >= 40, { timeoutMs: 20_000 });
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = spawnSender(env);
  const delivered = () => new Set(sent().map((fact) => fact.notificationId)).size;
  await eventually(() => delivered() === deliveries.length, { timeoutMs: 60_000 });

  const lines = (await (await fetch(`${simulator.url}/__sim/deliveries`)).text())
    .trim()
    .split("\n");
  const counts = lines.map((line) => JSON.parse(line) as { deliveryId: string; count: number });
  expect(counts).toHaveLength(deliveries.length);
  const twice = counts.filter(({ count }) => count > 1);
  const marked = new Set(
    sent().flatMap((fact) =>
      fact.type === "delivery.sent" && fact.possibleDuplicate ? [fact.deliveryId] : [],
    ),
  );
  expect(twice.length).toBeLessThanOrEqual(32);
  expect(marked.size).toBeGreaterThan(0);
  for (const { deliveryId } of twice) expect(marked).toContain(deliveryId);
  second.kill("SIGTERM");
  const [code] = await once(second, "exit");
  expect(code).toBe(0);
}, 100_000);
