import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import {
  ADHOC_SOURCE,
  ADHOC_TYPE,
  CE,
  LANES,
  notificationId,
  STAMP,
  topicNames,
} from "@pulsecourier/contracts";
import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import { createConsumer, createKafka, createProducer, ensureTopics } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

const MEMBERS = 20_000;
const KILLS = 2;
const silent = createLogger({ service: "router", level: "silent" });
const { brokers, topicPrefix } = testKafka();
const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger: silent });
const topics = topicNames(topicPrefix);
/** How often each notification was asked to be delivered. */
const asked = new Map<string, number>();
const open: { close(): Promise<unknown> }[] = [];
let db: Db;
let env: Record<string, string>;

beforeAll(async () => {
  const database = await testDatabase();
  open.push(database);
  db = createDb({ url: database.url, onError() {} });
  open.push(db);
  const deliveries = topics.deliveries("inapp", "bulk");
  const names = [...LANES.map((lane) => topics.events(lane)), deliveries, topics.lifecycle];
  await ensureTopics({ kafka, topics: names.map((name) => ({ name, partitions: 2 })) });
  const consumer = createConsumer({
    kafka,
    group: `${topicPrefix}.test`,
    topics: [deliveries],
    logger: silent,
    onFatal() {},
    work: {
      kind: "batch",
      maxRecords: 1_000,
      async handle(records) {
        for (const { value } of records) {
          const id: string = JSON.parse(String(value)).notificationId;
          asked.set(id, (asked.get(id) ?? 0) + 1);
        }
      },
    },
  });
  await consumer.start();
  open.push({ close: () => consumer.stop(1_500) });
  env = {
    PATH: process.env["PATH"] ?? "",
    DATABASE_URL: database.url,
    KAFKA_BROKERS: brokers,
    REDIS_URL: testRedis().url,
    TOPIC_PREFIX: topicPrefix,
    ROUTER_PORT: "0",
    LOG_LEVEL: "warn",
  };
});

afterAll(async () => {
  for (const one of open.toReversed()) await one.close();
});

function startRouter(): ChildProcess {
  const main = new URL("main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout }).on("line", (line) => process.stderr.write(`${line}\n`));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** The most memory the process has had, in MB. */
function peakOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

const member = (n: number) => `user-${n}`;

async function makeAudience(): Promise<void> {
  await db.pool.query(
    `with a as (insert into directory.audiences (tenant, name, open) values ('default', 'all', true) returning id)
     insert into directory.members (audience, recipient)
     select a.id, 'user-' || n from a, generate_series(0, $1 - 1) n`,
    [MEMBERS],
  );
}

async function notifyAudience(eventId: string, acceptedAt: number): Promise<void> {
  const producer = await createProducer({ kafka });
  open.push(producer);
  const headers = {
    [CE.specversion]: "1.0",
    [CE.id]: eventId,
    [CE.source]: ADHOC_SOURCE,
    [CE.type]: ADHOC_TYPE,
    [CE.tenant]: "default",
    [STAMP.acceptedAt]: String(acceptedAt),
    "content-type": "application/json",
  };
  const request = {
    to: [],
    audiences: ["all"],
    channels: ["inapp"],
    content: { title: "Hi", body: "there" },
    lane: "normal",
  };
  await producer.send([
    { topic: topics.events("normal"), key: "k", headers, value: JSON.stringify(request) },
  ]);
}

async function progress() {
  const { rows } = await db.pool.query("select status, expanded::int, pages from routing.fanouts");
  return rows[0] ?? { status: "accepted", expanded: 0, pages: 0 };
}

test("kill -9 in the middle of a fan-out, again and again: everybody is reached, nobody twice", async () => {
  const acceptedAt = Date.now();
  await makeAudience();
  let router = startRouter();
  await notifyAudience("letter", acceptedAt);
  const waiting = { timeoutMs: 90_000, intervalMs: 5 };
  for (let killed = 1; killed <= KILLS; killed += 1) {
    const enough = (MEMBERS * killed) / (KILLS + 1);
    await eventually(() => asked.size >= enough, waiting);
    await kill(router);
    expect((await progress()).status).toBe("running");
    router = startRouter();
  }
  open.push({ close: () => kill(router) });
  await eventually(async () => (await progress()).status === "completed", waiting);
  await eventually(() => asked.size >= MEMBERS, waiting);
  const secret = await loadSecret(db, "ids");
  const of = { tenant: "default", acceptedAt, source: ADHOC_SOURCE, eventId: "letter", rule: "" };
  const expected = Array.from({ length: MEMBERS }, (_, n) =>
    notificationId(secret, { ...of, recipient: member(n) }),
  );
  expect([...asked.keys()].toSorted()).toEqual(expected.toSorted());
  expect(await progress()).toMatchObject({ expanded: MEMBERS, pages: MEMBERS / 1_000 + 1 });
  // What a kill has written twice is a page or two, under the same ids, which the ledger knows.
  const twice = [...asked.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(twice).toBeLessThanOrEqual(KILLS * 2_000);
  expect(peakOf(router)).toBeLessThan(300);
}, 240_000);
