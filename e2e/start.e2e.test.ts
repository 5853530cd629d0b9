import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually, testDatabase, testKafka } from "@pulsecourier/testkit";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type Cli, commands, processesOf, startCli, untilNoneLeft } from "./start-cli.ts";

const shell = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), "pulse-start-"));
const dataDir = join(home, "first");
const STOP_MS = 10_000;

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What the simulator of a platform received, newest first. */
async function received(simulator: string, to = ""): Promise<string[]> {
  const response = await fetch(`${simulator}/__sim/messages${to === "" ? "" : `?to=${to}`}`);
  const { data }: { data: { subject: string }[] } = JSON.parse(await response.text());
  return data.map(({ subject }) => subject);
}

/** Runs the printed curl as if it was pasted, and answers the id it was given. */
async function paste(cli: Cli): Promise<string> {
  const [command = ""] = /^curl [\s\S]+?-d '.*'$/m.exec(cli.output()) ?? [];
  const { stdout } = await shell("sh", ["-c", command]);
  const { id }: { id: string } = JSON.parse(stdout);
  return id;
}

async function stopped(cli: Cli, stop: () => void): Promise<{ code: unknown; output: string }> {
  const began = performance.now();
  stop();
  const exit = await cli.exit;
  expect(performance.now() - began).toBeLessThan(STOP_MS);
  return exit;
}

test("npm start shows all it promises, beside another one, until Ctrl-C", async () => {
  await takePorts([8080, 9092]);
  const cli = startCli(commands.npmStart, { PULSE_DATA_DIR: dataDir });
  await cli.until("Ctrl-C stops everything.");
  const dev = cli.dev();
  for (const shown of [
    "Starting PulseCourier on Kafka, Postgres, Redis",
    /\d s  Starting Kafka on port \d+/,
    /\d s  Preparing database and topics/,
    /\d s  Starting services/,
    /\d s  Ready\./,
    /\+\d+ ms  notification\.routed  email, inapp/,
    /\+\d+ ms  delivery\.sent        email  sendgrid/,
    /kafka: port 9092 is taken, using \d+ instead/,
    /gateway: port 8080 is taken, using \d+ instead/,
    `gateway    ${dev.gateway}`,
    `simulator  ${dev.simulator}`,
    `API key    ${dev.apiKey}`,
  ])
    expect(cli.output()).toMatch(shown);
  expect(cli.output()).not.toMatch(/Z (warn|error|fatal) |^\s+at |\[object/m);
  expect(dev.gateway).not.toContain(":8080");
  expect(dev.kafka).not.toContain(":9092");

  const id = await paste(cli);
  await eventually(async () =>
    expect(await received(dev.simulator, "you@example.com")).toEqual(["Hello"]),
  );
  const status = startCli(commands.pulse("status", id), { PULSE_DATA_DIR: dataDir });
  expect(await status.exit).toMatchObject({ code: 0, output: expect.stringContaining("sent") });

  const second = await startCli(commands.pulse("up"), { PULSE_DATA_DIR: dataDir }).exit;
  expect(second.code).toBe(1);
  expect(second.output.trim().split("\n")).toEqual([
    expect.stringMatching(`^pulse: Already running at ${dev.gateway} .*Ctrl-C`),
  ]);
  await besideAnother(cli);

  const { code } = await stopped(cli, () => cli.signalGroup("SIGINT"));
  expect(code).toBe(0);
  expect(cli.output()).toContain("Stopped.");
  expect(existsSync(join(dataDir, "dev.json"))).toBe(false);
  await untilNoneLeft(dataDir);
}, 120_000);

/** A second platform, on servers of its environment and with an email provider in it: the first one's simulator. */
async function besideAnother(first: Cli): Promise<void> {
  const simulator = first.dev().simulator;
  const before = await received(simulator);
  const database = await testDatabase();
  onTestFinished(database.close);
  const { brokers, topicPrefix } = testKafka();
  const otherDir = join(home, "other");
  const other = startCli(commands.pulse("up"), {
    PULSE_DATA_DIR: otherDir,
    KAFKA_BROKERS: brokers,
    DATABASE_URL: database.url,
    TOPIC_PREFIX: topicPrefix,
    EMAIL_PROVIDERS: "sendgrid",
    SENDGRID_API_KEY: "SG.configured",
    SENDGRID_BASE_URL: simulator,
  });
  await other.until("Ctrl-C stops everything.");
  expect(other.output()).toContain("Kafka at KAFKA_BROKERS, Postgres at DATABASE_URL, Redis");
  expect(other.dev()).toMatchObject({ kafka: brokers, database: database.url });
  expect(["kafka", "postgres", "redis"].map((one) => existsSync(join(otherDir, one)))).toEqual([
    false,
    false,
    true,
  ]);
  const sample = [
    "New order A-17 over €84.50",
    "Order A-17 received",
    "We have your order A-17",
    "order.placed",
  ];
  await eventually(async () =>
    expect((await received(other.dev().simulator)).toSorted()).toEqual(sample),
  );
  expect(await received(simulator)).toEqual(before);

  await paste(other);
  await eventually(async () => expect(await received(simulator)).toEqual(["Hello", ...before]));
  const { code } = await stopped(other, () => {
    other.kill("SIGINT");
    setTimeout(() => other.kill("SIGINT"), 500);
  });
  expect(code).toBe(0);
  await untilNoneLeft(otherDir);
}

test("kill -9 leaves nothing behind, and the next start works at once", async () => {
  const killed = startCli(commands.npmStart, { PULSE_DATA_DIR: dataDir });
  await killed.until("Ctrl-C stops everything.");
  const pids = processesOf(dataDir);
  expect(pids.length).toBeGreaterThan(8);
  killed.kill("SIGKILL");

  const next = startCli(commands.npmsChild, { PULSE_DATA_DIR: dataDir });
  await next.until("Ctrl-C stops everything.");
  expect(processesOf(dataDir).filter((pid) => pids.includes(pid))).toEqual([]);
  next.kill("SIGKILL");
  await untilNoneLeft(dataDir);

  const last = startCli(commands.pulse("up"), { PULSE_DATA_DIR: dataDir });
  await last.until("Starting services");
  last.kill("SIGKILL");
  await untilNoneLeft(dataDir);
}, 120_000);

test("Ctrl-C during the start ends it as cleanly", async () => {
  const cli = startCli(commands.npmsChild, { PULSE_DATA_DIR: dataDir });
  await cli.until("Starting Kafka");
  const { code, output } = await stopped(cli, () => cli.signalGroup("SIGINT"));
  expect(code).toBe(130);
  expect(output.trim()).toMatch(/Stopped\.$/);
  await untilNoneLeft(dataDir);
}, 60_000);

/** Takes ports, unless somebody else has them. */
async function takePorts(ports: number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer().listen(port, "127.0.0.1");
    onTestFinished(() => void server.close());
    await Promise.race([once(server, "listening"), once(server, "error")]).catch(() => undefined);
  }
}
