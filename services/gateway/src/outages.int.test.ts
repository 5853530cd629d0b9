import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@pulsecourier/db";
import { ANY_PORTS, type Embedded, startEmbedded } from "@pulsecourier/embedded";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Reply, startTestGateway, type TestGateway } from "./test-gateway.ts";

let dataDir: string;
let servers: Embedded;
let gateway: TestGateway;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "pulse-outages-"));
  servers = await startEmbedded({ dataDir, redis: false, preferredPorts: ANY_PORTS });
  const databaseUrl = servers.postgres?.url ?? "";
  await migrate(databaseUrl);
  gateway = await startTestGateway({}, { brokers: servers.kafka?.brokers ?? "", databaseUrl });
});
afterAll(async () => {
  await gateway.close();
  await servers.close();
  await rm(dataDir, { recursive: true, force: true });
});

const body = { to: "u", content: { text: "hi" } };
const post = (key?: string) =>
  gateway.call("POST /v1/notifications", {
    body,
    headers: key === undefined ? {} : { "idempotency-key": key },
  });

const readyz = () => gateway.call("GET /readyz", { key: null });

function expectUnavailable({ status, headers, body: problem }: Reply): void {
  expect(status).toBe(503);
  expect(problem).toMatchObject({ code: "unavailable", retryable: true });
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
}

async function timed(call: Promise<Reply>): Promise<Reply> {
  const started = performance.now();
  const reply = await call;
  expect(performance.now() - started).toBeLessThan(7_000);
  return reply;
}

test("Kafka away: 503 within seconds; the key keeps its id, and the repeat is accepted under it", async () => {
  const key = randomUUID();
  expect((await post()).status).toBe(202);
  await servers.kafka?.kill();
  expectUnavailable(await timed(post(key)));
  const { rows } = await gateway.db.pool.query(
    "select state, event_id, status from gateway.idempotency where key = $1",
    [key],
  );
  expect(rows).toEqual([{ state: "released", event_id: expect.any(String), status: null }]);
  // The producer knows once its own request to the broker has failed.
  await eventually(async () => expect((await readyz()).status).toBe(503), { timeoutMs: 20_000 });
  expect((await gateway.call("GET /livez", { key: null })).status).toBe(200);

  await servers.kafka?.start();
  const reply = await eventually(
    async () => {
      const again = await post(key);
      expect(again.status).toBe(202);
      return again;
    },
    { timeoutMs: 30_000 },
  );
  expect(reply.body.eventId).toBe(rows[0]?.event_id);
  expect(reply.headers.get("idempotent-replayed")).toBeNull();
}, 90_000);

test("Postgres away: 503 within seconds, and 202 again soon after it is back", async () => {
  const key = randomUUID();
  await servers.postgres?.kill();
  expectUnavailable(await timed(post(key)));
  expectUnavailable(await timed(gateway.call(`GET /v1/events/${key}`)));
  expect((await readyz()).status).toBe(503);
  await servers.postgres?.start();
  await eventually(async () => expect((await post(key)).status).toBe(202), { timeoutMs: 20_000 });
}, 60_000);

test("Postgres hanging: 503 within seconds", async () => {
  const client = await gateway.db.pool.connect();
  await client.query("begin; lock table gateway.idempotency");
  expectUnavailable(await timed(post(randomUUID())));
  await client.query("rollback");
  client.release();
  await eventually(async () => expect((await post(randomUUID())).status).toBe(202));
});
