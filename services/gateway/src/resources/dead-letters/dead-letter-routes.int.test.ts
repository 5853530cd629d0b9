import { randomUUID } from "node:crypto";
import {
  DeadLetterDetail,
  factId,
  LifecycleFact,
  MAX_REDRIVES,
  RedriveResult,
  topicNames,
} from "@pulsecourier/contracts";
import type { Database } from "@pulsecourier/db";
import { loadSecret } from "@pulsecourier/db";
import { createConsumer, createKafka, ensureTopics, type InRecord } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { eventually, testKafka } from "@pulsecourier/testkit";
import type { Insertable } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

type Letter = Insertable<Database["tracking.dead_letters"]>;

let gateway: TestGateway;
let deliveries: Awaited<ReturnType<typeof readDeliveries>>;
let offset = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
  deliveries = await readDeliveries(gateway.names);
});
afterAll(async () => {
  await deliveries.close();
  await gateway.close();
});

/** An entry of the index, of a tenant of its own unless told otherwise. */
async function letter(tenant: string, o: Partial<Letter> = {}) {
  const { names } = gateway;
  const originTopic = names.retry("email", "normal", "2m");
  const row: Letter = {
    topic: names.dlq(originTopic),
    partition: 0,
    offset: (offset += 1),
    tenant,
    notification_id: randomUUID(),
    delivery_id: randomUUID(),
    channel: "email",
    provider: "smtp",
    origin_topic: originTopic,
    reason: "exhausted",
    error_code: "attempts_exhausted",
    error_message: "every attempt failed",
    redrive: 0,
    failed_at: new Date(Date.UTC(2026, 0, 1, 0, 0, offset)),
    redriven_at: null,
    key: Buffer.from(`${tenant}:r`),
    headers: JSON.stringify({
      "ntf-id": "d",
      "ntf-attempt": "6",
      "ntf-redrive": "0",
      "ntf-reason": "exhausted",
      "ntf-err-code": "x",
    }),
    value: Buffer.from(JSON.stringify({ offset })),
    ...o,
  };
  await gateway.db.kysely.insertInto("tracking.dead_letters").values(row).execute();
  return row;
}
const idOf = (row: Letter) => `${row.topic}:${row.partition}:${row.offset}`;

/** A tenant nobody else uses, with calls under its operator key. */
async function operator() {
  const tenant = `t-${randomUUID().slice(0, 8)}`;
  const key = await gateway.newKey({ tenant, scopes: ["operator"] });
  return {
    tenant,
    call: (line: string, body?: unknown) => gateway.call(line, { key, body }),
    redrive: async (body: object) => {
      const answer = await gateway.call("POST /v1/dead-letters/redrive", { key, body });
      return RedriveResult.parse(answer.body);
    },
  };
}
const offsetsOf = (body: { data: { offset: string }[] }) =>
  body.data.map((one) => Number(one.offset));

test("the list is newest first, filtered, page by page", async () => {
  const { tenant, call } = await operator();
  const rows = [
    await letter(tenant),
    await letter(tenant, { reason: "poison", channel: null }),
    await letter(tenant, { provider: "sendgrid", error_code: "provider_rejected" }),
  ];
  const [first, second, third] = rows.map((row) => Number(row.offset));
  expect(offsetsOf((await call("GET /v1/dead-letters")).body)).toEqual([third, second, first]);
  const page = await call("GET /v1/dead-letters?limit=2");
  expect(offsetsOf(page.body)).toEqual([third, second]);
  const rest = await call(`GET /v1/dead-letters?limit=2&cursor=${page.body.nextCursor}`);
  expect(rest.body).toMatchObject({ data: [{ offset: String(first) }], nextCursor: null });
  const since = new Date(rows[1]?.failed_at ?? 0).toISOString();
  for (const [query, found] of [
    ["reason=poison", [second]],
    ["channel=email", [third, first]],
    ["provider=sendgrid", [third]],
    ["errorCode=provider_rejected", [third]],
    [`since=${since}`, [third, second]],
    [`until=${since}`, [first]],
    [
      `topic=${gateway.names.dlq(gateway.names.deliveries("email", "normal"))}`,
      [third, second, first],
    ],
    [`topic=${gateway.names.retry("email", "normal", "2m")}`, [third, second, first]],
    ["topic=nosuch", []],
  ] as const) {
    expect(offsetsOf((await call(`GET /v1/dead-letters?${query}`)).body), query).toEqual(found);
  }
  expect((await call("GET /v1/dead-letters?reson=poison")).status).toBe(400);
});

test("one is shown with its headers and value, whatever the bytes", async () => {
  const { tenant, call } = await operator();
  const shown = async (value: Buffer | null) => {
    const row = await letter(tenant, { value });
    return DeadLetterDetail.parse((await call(`GET /v1/dead-letters/${idOf(row)}`)).body);
  };
  const json = await shown(Buffer.from('{"a":[1]}'));
  expect(json).toMatchObject({ key: `${tenant}:r`, value: { encoding: "json", data: { a: [1] } } });
  expect(json.headers["ntf-reason"]).toBe("exhausted");
  expect((await shown(Buffer.from("no json"))).value).toEqual({
    encoding: "text",
    data: "no json",
  });
  expect((await shown(Buffer.from([0xff, 0x00]))).value).toEqual({
    encoding: "base64",
    data: "/wA=",
  });
  expect((await shown(null)).value).toBeNull();
});

test("only operators of the tenant see it; what names no tenant, or none there is, is the platform's", async () => {
  const [{ tenant, call }, other] = [await operator(), await operator()];
  const row = await letter(tenant);
  expect((await call(`GET /v1/dead-letters/${idOf(row)}`)).status).toBe(200);
  expect((await other.call(`GET /v1/dead-letters/${idOf(row)}`)).status).toBe(404);
  expect((await other.call("GET /v1/dead-letters")).body.data).toEqual([]);
  expect(await other.redrive({ dryRun: false })).toMatchObject({ matched: 0, redriven: 0 });
  for (const wrong of ["nosuch", "a:b:c", `${row.topic}:0:99999999`]) {
    expect((await call(`GET /v1/dead-letters/${wrong}`)).status).toBe(404);
  }
  const nobodys = await letter(tenant, { tenant: null });
  expect((await call(`GET /v1/dead-letters/${idOf(nobodys)}`)).status).toBe(404);
  expect((await gateway.call(`GET /v1/dead-letters/${idOf(nobodys)}`)).status).toBe(200);
  const unknown = await letter(tenant, { tenant: "nosuch" });
  expect((await call(`GET /v1/dead-letters/${idOf(unknown)}`)).status).toBe(404);
  expect((await gateway.call(`GET /v1/dead-letters/${idOf(unknown)}`)).status).toBe(200);
  const key = await gateway.newKey({ tenant, scopes: ["send", "admin"] });
  expect((await gateway.call("GET /v1/dead-letters", { key })).status).toBe(403);
});

test("a redrive counts first, then puts each back once, with its id and a new life", async () => {
  const { tenant, redrive } = await operator();
  const row = await letter(tenant);
  expect(await redrive({})).toEqual({
    dryRun: true,
    matched: 1,
    redriven: 0,
    remaining: 1,
    capped: 0,
  });
  expect(await deliveries.of(tenant, 0)).toEqual([]);
  expect(await redrive({ dryRun: false })).toMatchObject({ matched: 1, redriven: 1, remaining: 0 });
  expect(await redrive({ dryRun: false })).toMatchObject({ matched: 0, redriven: 0, remaining: 0 });
  const [record, ...more] = await deliveries.of(tenant, 1);
  expect(more).toEqual([]);
  expect(record?.topic).toBe(gateway.names.deliveries("email", "normal"));
  expect(record?.value).toEqual(row.value);
  expect(record?.headers).toEqual({ "ntf-id": "d", "ntf-attempt": "1", "ntf-redrive": "1" });

  const secret = await loadSecret(gateway.db, "ids");
  const [fact] = await gateway.recordsOf(
    factId(secret, tenant, String(row.delivery_id), ["delivery.redriven", "1"]),
  );
  expect(LifecycleFact.parse(JSON.parse(String(fact?.value)))).toMatchObject({
    type: "delivery.redriven",
    deliveryId: row.delivery_id,
    notificationId: row.notification_id,
    redrive: 1,
    attempt: 0,
  });
});

test("a redrive keeps to its filter and limit, and goes on where it stopped", async () => {
  const { tenant, redrive } = await operator();
  const rows = [];
  for (let n = 0; n < 5; n += 1) rows.push(await letter(tenant, { redrive: 2 }));
  await letter(tenant, { reason: "poison" });
  const request = {
    filter: { reason: "exhausted" },
    dryRun: false,
    limit: 2,
    ratePerSecond: 1_000,
  };
  expect(await redrive(request)).toMatchObject({ matched: 5, redriven: 2, remaining: 3 });
  expect(await redrive({ ...request, limit: 10 })).toMatchObject({
    matched: 3,
    redriven: 3,
    remaining: 0,
  });
  const records = await deliveries.of(tenant, 5);
  expect(records.map(({ value }) => String(value)).toSorted()).toEqual(
    rows.map(({ value }) => String(value)).toSorted(),
  );
  expect(new Set(records.map(({ headers }) => headers["ntf-redrive"]))).toEqual(new Set(["3"]));
});

test("two redrives at once put each record back once", async () => {
  const { tenant, redrive } = await operator();
  for (let n = 0; n < 20; n += 1) await letter(tenant);
  const request = { dryRun: false, ratePerSecond: 100 };
  const answers = await Promise.all([redrive(request), redrive(request)]);
  expect(answers.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(20);
  await deliveries.of(tenant, 20);
  expect(await redrive(request)).toMatchObject({ matched: 0 });
  expect(await deliveries.of(tenant, 20)).toHaveLength(20);
});

test("the rate is a cap", async () => {
  const { tenant, redrive } = await operator();
  for (let n = 0; n < 12; n += 1) await letter(tenant);
  const started = performance.now();
  expect(await redrive({ dryRun: false, ratePerSecond: 20 })).toMatchObject({ redriven: 12 });
  expect(performance.now() - started).toBeGreaterThan(450);
});

test("what was redriven too often, or came from no topic of ours, stays", async () => {
  const { tenant, redrive } = await operator();
  await letter(tenant, { redrive: MAX_REDRIVES });
  await letter(tenant, { origin_topic: "somewhere.else.v1" });
  expect(await redrive({ dryRun: false })).toEqual({
    dryRun: false,
    matched: 0,
    redriven: 0,
    remaining: 0,
    capped: 1,
  });
});

/** Reads the lane that redriven emails go to. */
async function readDeliveries(names: ReturnType<typeof topicNames>) {
  const logger = createLogger({ service: "test", level: "silent" });
  const kafka = createKafka({ brokers: testKafka().brokers.split(","), clientId: "test", logger });
  const topic = names.deliveries("email", "normal");
  await ensureTopics({ kafka, topics: [{ name: topic, partitions: 2 }] });
  const seen: InRecord[] = [];
  const handle = async (records: InRecord[]) => void seen.push(...records);
  const consumer = createConsumer({
    kafka,
    logger,
    group: `${topic}.test`,
    topics: [topic],
    work: { kind: "batch", maxRecords: 1_000, handle },
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  return {
    /** Records of the tenant, once there are `count`. */
    of: (tenant: string, count: number) =>
      eventually(() => {
        const found = seen.filter(({ key }) => String(key).startsWith(`${tenant}:`));
        if (found.length < count) throw new Error(`${found.length} records`);
        return found;
      }),
    close: () => consumer.stop(2_000),
  };
}
