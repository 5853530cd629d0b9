import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually, testKafka } from "@pulsecourier/testkit";
import { afterAll, expect, inject, test } from "vitest";
import { commands, startCli, untilNoneLeft } from "./start-cli.ts";

const home = mkdtempSync(join(tmpdir(), "pulse-demo-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function kafkaOfThisRun(): Record<string, string> {
  const { brokers, topicPrefix } = testKafka();
  return { KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix };
}

test("the demo ends by itself and shows what reached whom", async () => {
  const dataDir = join(home, "good");
  const cli = startCli(commands.pulse("demo"), { PULSE_DATA_DIR: dataDir, ...kafkaOfThisRun() });
  const { code, output } = await cli.exit;
  expect(output).toContain("All 19 deliveries arrived.");
  for (const row of [
    /^login-requested +customer-3 +critical +email +sendgrid +\S.* \d+ ms$/m,
    /^login-requested +customer-3 +critical +sms +twilio +482911 is your login code.* \d+ ms$/m,
    /^offers-published +customer-2 +bulk +inapp +inbox +\S.* \d+ ms$/m,
    /^order-placed +customer-1 +normal +email +sendgrid +We have your order A-17 +\d+ ms$/m,
    /^order-placed +shop-team +normal +slack +slack +New order A-17 over €84\.50 +\d+ ms$/m,
    /^order-placed +shop-team +normal +webhook +http +order\.placed +\d+ ms$/m,
    /^order-shipped +customer-2 +normal +whatsapp +whatsapp +order_shipped \(de\): A-16, .* \d+ ms$/m,
    /^order-shipped +customer-2 +normal +email +sendgrid +Deine Bestellung A-16 .* \d+ ms$/m,
    /^order-shipped +customer-2 +normal +telegram +telegram +Deine Bestellung A-16 .* \d+ ms$/m,
    /^login-requested +customer-3 +critical +push +apns +482911 is your login code +\d+ ms$/m,
    /^order-placed +customer-1 +normal +push +webpush +Order A-17 received.* \d+ ms$/m,
    /^order-shipped +customer-2 +normal +push +fcm +Bestellung A-16 ist unterwegs +\d+ ms$/m,
  ])
    expect(output).toMatch(row);
  expect(output).toMatch(/^(\d+) of \1 stories ended well\.$/m);
  expect(code).toBe(0);
  expect(existsSync(join(dataDir, "dev.json"))).toBe(false);
  expect(existsSync(join(dataDir, "kafka"))).toBe(false);
  expect(existsSync(join(dataDir, "postgres"))).toBe(true);
  await untilNoneLeft(dataDir);
}, 90_000);

test("it fails when a provider refuses or nobody can be reached, and says which and why", async () => {
  const shop = join(home, "shop");
  cpSync(join(import.meta.dirname, "../examples/shop"), shop, { recursive: true });
  const recipients = {
    "customer-1": { email: "customer-1@example.com" },
    "customer-2": {},
    "customer-3": {},
    "shop-team": { slack: "C0123ABCDEF", webhook: "$SIMULATOR/hooks/shop-team" },
  };
  writeFileSync(join(shop, "recipients.json"), JSON.stringify(recipients));
  const port = await freePort();
  const dataDir = join(home, "refused");
  const cli = startCli(commands.pulse("demo", "--shop", shop), {
    PULSE_DATA_DIR: dataDir,
    SIMULATOR_PORT: String(port),
    REDIS_URL: inject("testServers").redisUrl,
    ...kafkaOfThisRun(),
  });
  await eventually(
    async () => {
      expect(await refuse(port, "sendgrid")).toBe(200);
      expect(await refuse(port, "smtp")).toBe(200);
    },
    { timeoutMs: 60_000 },
  );
  const { code, output } = await cli.exit;
  expect(code).toBe(1);
  expect(output).toMatch(/^order-placed +customer-1 +normal +email .*MISSING \(\w+\)$/m);
  expect(output).toMatch(/^order-placed +customer-1 +normal +inapp +inbox +Order A-17 received/m);
  expect(output).toMatch(/^order-shipped +customer-2 +normal +email +MISSING \(no_address\)$/m);
  expect(output).toContain("12 of 19 deliveries did not arrive.");
  expect(existsSync(join(dataDir, "redis"))).toBe(false);
  await untilNoneLeft(dataDir);
}, 90_000);

async function refuse(port: number, provider: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/__sim/behaviour/${provider}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ errorRate: 1, errorStatus: provider === "smtp" ? 550 : 400 }),
  });
  return response.status;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
