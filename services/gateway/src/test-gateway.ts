import { randomUUID } from "node:crypto";
import { SCOPES, topicNames, topicTable, type Scope } from "@pulsecourier/contracts";
import { createDb, type Db } from "@pulsecourier/db";
import { createConsumer, createKafka, ensureTopics, type InRecord } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { createApiKey, type NewKey } from "./api-keys/api-key-store.ts";
import { createGateway } from "./app.ts";
import { gatewayConfig } from "./config.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- tests assert what is in it
export type Reply = { status: number; headers: Headers; body: any };
type Call = {
  body?: unknown;
  raw?: string | Buffer;
  key?: string | null;
  headers?: Record<string, string>;
};

/** A gateway on the test servers with topics and a database of its own, for tests. */
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

/** `servers` are used instead of the run's, by tests that stop them. */
export async function startTestGateway(
  env: Record<string, string> = {},
  servers: { brokers?: string; databaseUrl?: string } = {},
) {
  const database = servers.databaseUrl === undefined ? await testDatabase() : null;
  const databaseUrl = servers.databaseUrl ?? database?.url ?? "";
  const { topicPrefix } = testKafka();
  const brokers = servers.brokers ?? testKafka().brokers;
  const logger = createLogger({ service: "test", level: "silent" });
  const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger });
  const names = topicNames(topicPrefix);
  const topics = topicTable(names).filter(
    ({ kind }) => kind === "events" || kind === "sagas" || kind === "lifecycle",
  );
  await ensureTopics({ kafka, topics: topics.map(({ name }) => ({ name, partitions: 2 })) });
  const db = createDb({ url: databaseUrl, max: 2, onError: () => undefined });
  const start = (more: Record<string, string> = {}) =>
    startOne({ brokers, topicPrefix, databaseUrl, env: { ...env, ...more } });
  const gateway = await start();
  const key = await newKey(db, {});
  const reader = readTopics({ topicPrefix, topics: topics.map(({ name }) => name), kafka, logger });
  return {
    url: gateway.url,
    env: gateway.env,
    db,
    names,
    key,
    /** The records of an event, once there is one; `count` waits for more. */
    recordsOf: (id: string, count = 1) =>
      eventually(async () => {
        const found = (await reader.records()).filter(({ headers }) => headers["ce_id"] === id);
        if (found.length < count) throw new Error(`${found.length} records of ${id}`);
        return found;
      }),
    /** The records with this key on a topic, once there are `count`. */
    recordsOn: (topic: "lifecycle", withKey: string, count: number) =>
      eventually(async () => {
        const all = (await reader.records()).filter((record) => record.topic === names[topic]);
        const found = all.filter(({ key: recordKey }) => String(recordKey) === withKey);
        if (found.length < count) throw new Error(`${found.length} records of ${withKey}`);
        return found;
      }),
    /** Another instance on the same servers, with other variables; the caller closes it. */
    another: start,
    newKey: (input: Partial<NewKey>) => newKey(db, input),
    call: (line: string, call: Call = {}) => send(gateway.url, line, { key, ...call }),
    async close() {
      await gateway.close();
      await reader.close();
      await db.close();
      await database?.close();
    },
  };
}

/** The only item of a list. */
export function one<T>(items: readonly T[]): T {
  const [item] = items;
  if (items.length !== 1 || item === undefined)
    throw new Error(`expected one item, got ${items.length}`);
  return item;
}

/** One request; `line` is method and path, as in `POST /v1/events`. */
export async function send(
  url: string,
  line: string,
  { body, raw, key, headers }: Call,
): Promise<Reply> {
  const [method = "", path = ""] = line.split(" ");
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(payload !== undefined && { "content-type": "application/json" }),
      ...(key != null && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(payload !== undefined && {
      body: typeof payload === "string" ? payload : new Uint8Array(payload),
    }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

async function startOne(on: {
  brokers: string;
  topicPrefix: string;
  databaseUrl: string;
  env: Record<string, string>;
}) {
  const env = {
    KAFKA_BROKERS: on.brokers,
    DATABASE_URL: on.databaseUrl,
    REDIS_URL: testRedis().url,
    TOPIC_PREFIX: on.topicPrefix,
    GATEWAY_PORT: "0",
    LOG_LEVEL: process.env["TEST_LOG_LEVEL"] ?? "silent",
    ...on.env,
  };
  const service = createGateway(parseConfig(gatewayConfig, env));
  const { url } = await service.start();
  return { url, env, close: () => service.close() };
}

async function newKey(db: Db, input: Partial<NewKey>): Promise<string> {
  const tenant = input.tenant ?? "default";
  await db.kysely
    .insertInto("gateway.tenants")
    .values({ id: tenant })
    .onConflict((c) => c.doNothing())
    .execute();
  const scopes: Scope[] = [...SCOPES];
  const { key } = await createApiKey(db, {
    name: `test-${randomUUID()}`,
    scopes,
    unlimited: true,
    tenant,
    ...input,
  });
  return key;
}

type Reading = {
  topicPrefix: string;
  topics: string[];
  kafka: ReturnType<typeof createKafka>;
  logger: ReturnType<typeof createLogger>;
};

/** Everything on these topics since they were made; starts reading when first asked. */
function readTopics({ topicPrefix, topics, kafka, logger }: Reading) {
  const seen: InRecord[] = [];
  const handle = async (records: InRecord[]) => void seen.push(...records);
  const consumer = createConsumer({
    kafka,
    group: `${topicPrefix}.test`,
    topics,
    work: { kind: "batch", maxRecords: 1_000, handle },
    logger,
    onFatal: (error) => {
      throw error;
    },
  });
  let started: Promise<void> | undefined;
  return {
    /** What has been read so far. */
    async records(): Promise<readonly InRecord[]> {
      await (started ??= consumer.start());
      return seen;
    },
    async close() {
      if (started) await consumer.stop(2_000);
    },
  };
}
