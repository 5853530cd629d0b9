import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, inject, onTestFinished, test } from "vitest";
import { commands, startCli, untilNoneLeft } from "./start-cli.ts";

const home = mkdtempSync(join(tmpdir(), "pulse-refused-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const dataDir = join(home, "data");

/** Starts, expects it to give up soon, and answers its exit code and the one message it gave up with. */
async function refused(env: Record<string, string>) {
  const began = performance.now();
  const cli = startCli(commands.pulse("up"), { PULSE_DATA_DIR: dataDir, ...env });
  const { code, output } = await cli.exit;
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(output).not.toMatch(/^\s+at |"stack"/m);
  await untilNoneLeft(dataDir);
  const messages = output.split(/^pulse: /m);
  expect(messages).toHaveLength(2);
  return { code, message: messages[1] ?? "" };
}

function givenServers(): Record<string, string> {
  const { brokers, databaseUrl, redisUrl } = inject("testServers");
  return { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
}

test("addresses where nothing listens are all named, without their passwords", async () => {
  const { code, message } = await refused({
    KAFKA_BROKERS: "127.0.0.1:1",
    DATABASE_URL: "postgres://pulse:hidden@127.0.0.1:2/pulse",
    REDIS_URL: "redis://:hidden@127.0.0.1:3",
  });
  expect(code).toBe(2);
  expect(message).toContain("KAFKA_BROKERS: nothing answers at 127.0.0.1:1 (ECONNREFUSED)");
  expect(message).toContain("DATABASE_URL: nothing answers at 127.0.0.1:2 (ECONNREFUSED)");
  expect(message).toContain("REDIS_URL: nothing answers at 127.0.0.1:3 (ECONNREFUSED)");
  expect(message).toContain("unset REDIS_URL to use the embedded one");
  expect(message).not.toContain("hidden");
});

test("a server that refuses is told by its variable", async () => {
  const given = givenServers();
  const address = new URL(given["DATABASE_URL"] ?? "");
  address.pathname = "/no_such_database";
  const { code, message } = await refused({ ...given, DATABASE_URL: address.href });
  expect(code).toBe(1);
  expect(message).toMatch(/^The server of DATABASE_URL refuses: .*no_such_database.* not exist/);
});

test("a provider nobody knows and a port somebody has are the environment's fault", async () => {
  const { code, message } = await refused({ ...givenServers(), EMAIL_PROVIDERS: "pigeon" });
  expect(code).toBe(2);
  expect(message).toMatch(/EMAIL_PROVIDERS: .*pigeon|EMAIL_PROVIDERS: .*sendgrid/);

  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never text
  const taken = await refused({ ...givenServers(), GATEWAY_PORT: String(port) });
  expect(taken.code).toBe(2);
  expect(taken.message).toContain(`GATEWAY_PORT: port ${port} is taken`);
});

const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "pulsecourier");
const kafka = join(cache, "kafka-4.3.1");

test.skipIf(!existsSync(kafka))("without Java one message says the ways out", async () => {
  mkdirSync(join(home, "cache/pulsecourier"), { recursive: true });
  symlinkSync(kafka, join(home, "cache/pulsecourier/kafka-4.3.1"));
  const { KAFKA_BROKERS: _, ...others } = givenServers();
  const { code, message } = await refused({
    ...others,
    PATH: home,
    JAVA_HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
  });
  expect(code).toBe(1);
  expect(message).toMatch(/^Kafka needs Java 17 or newer, and none was found/);
  expect(message).toContain("Ways out: install Java 17 or newer; or install Python 3 with pip");
  expect(message).toContain("set KAFKA_BROKERS");
});
