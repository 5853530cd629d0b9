import { randomUUID } from "node:crypto";
import { deriveId } from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";
import { cancelPage } from "./run-cancel-jobs.ts";

let gateway: TestGateway;
let secret: Buffer;
beforeAll(async () => {
  gateway = await startTestGateway();
  secret = await loadSecret(gateway.db, "ids");
});
afterAll(() => gateway.close());

const HOUR = 3_600_000;

/** Notifications the tracker knows, accepted one after the other, an hour ago unless told otherwise. */
async function track(count: number, more: object = {}, ago = HOUR, tenant = "default") {
  const ids = Array.from({ length: count }, (_, n) =>
    deriveId(secret, tenant, Date.now() - ago + n, [randomUUID()]),
  );
  const at = new Date().toISOString();
  const views = ids.map((id) => {
    const view = {
      id,
      eventId: "e",
      status: "scheduled",
      createdAt: at,
      updatedAt: at,
      deliveries: [],
    };
    return JSON.stringify({ ...view, ...more });
  });
  await gateway.db.pool.query(
    `insert into tracking.notifications (tenant, id, version, status, recipient, channels, view, created_at, updated_at)
     select $1, id, 1, view::jsonb ->> 'status', view::jsonb ->> 'recipient', '{}', view, now(), now()
     from unnest($2::uuid[], $3::text[]) as t (id, view)`,
    [tenant, ids, views],
  );
  return ids;
}

async function tombstonesOf(ids: string[]): Promise<number> {
  const { rows } = await gateway.db.pool.query(
    "select 1 from ledger.tombstones where notification_id = any($1::uuid[])",
    [ids],
  );
  return rows.length;
}

const post = (body: object, headers: Record<string, string> = {}, key?: string) =>
  gateway.call("POST /v1/notifications/cancel", {
    body,
    headers,
    ...(key !== undefined && { key }),
  });

const done = (id: string) =>
  eventually(
    async () => {
      const { body } = await gateway.call(`GET /v1/notifications/cancels/${id}`);
      if (body.status !== "done") throw new Error(`not yet: ${JSON.stringify(body)}`);
      return body;
    },
    { timeoutMs: 20_000 },
  );

test("what a filter means is counted, then cancelled over many pages, and nothing else is", async () => {
  const rule = { name: "spring", version: 1 };
  const metadata = { campaign: "a" };
  const others = await track(560, { rule: { name: "other", version: 1 } });
  const meant = await track(30, { rule, metadata, recipient: "ann" });
  const ended = await track(5, { rule, metadata, status: "sent" });
  const later = await track(5, { rule, metadata }, HOUR / 2);
  const acceptedUntil = new Date(Date.now() - HOUR / 2 - 1_000).toISOString();
  const filter = { rule: "spring", metadata, acceptedUntil };
  const preview = await post({ filter, preview: true });
  expect(preview.status).toBe(200);
  expect(preview.body).toMatchObject({ count: 30, complete: true });
  expect(preview.body.sample).toHaveLength(10);
  expect(preview.body.sample[0]).toMatchObject({
    id: meant[0],
    status: "scheduled",
    recipient: "ann",
  });
  expect(await tombstonesOf(meant)).toBe(0);

  const key = { "idempotency-key": randomUUID() };
  const first = await post({ filter }, key);
  expect(first.status).toBe(202);
  expect((await post({ filter }, key)).body.id).toBe(first.body.id);
  const job = await done(first.body.id);
  expect(job).toMatchObject({ matched: 30, cancelled: 30, tooLate: 0, filter });
  expect(job.scanned).toBeGreaterThanOrEqual(595);
  expect(await tombstonesOf(meant)).toBe(30);
  expect(await tombstonesOf([...others, ...ended, ...later])).toBe(0);
  const facts = await gateway.recordsOn("lifecycle", String(meant[0]), 1);
  expect(facts[0]?.headers["ce_type"]).toBe("notification.cancelled");
});

test("what has left meanwhile is told as too late", async () => {
  const deliveries = [{ id: randomUUID(), channel: "email", status: "sent", attempts: 1 }];
  await track(2, { category: "left", status: "processing", deliveries });
  const [open] = await track(1, { category: "left" });
  const { body } = await post({ filter: { category: "left" } });
  expect(await done(body.id)).toMatchObject({ matched: 3, cancelled: 1, tooLate: 2 });
  expect(await tombstonesOf([String(open)])).toBe(1);
});

test("a crash in the middle of a page leaves nobody out, and counts nobody twice", async () => {
  const ids = await track(12, { workflow: { name: "crash", version: 1 } });
  const { db, names } = gateway;
  const { rows } = await db.pool.query<{ id: string }>(
    `insert into gateway.cancel_jobs (id, tenant, filter, by, status, after, up_to, updated_at)
     values (gen_random_uuid(), 'default', '{"workflow": "crash"}', 'test', 'running',
       '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '2000-01-01')
     returning id`,
  );
  let left = 5;
  const broken = {
    db,
    logger: createLogger({ service: "test", level: "silent" }),
    nudgeOutbox: () => undefined,
    names,
    secrets: {
      get ids(): Buffer {
        left -= 1;
        if (left < 0) throw new Error("as if it had crashed");
        return secret;
      },
      tokens: secret,
      cursors: secret,
      webhooks: secret,
    },
  };
  // The gateway's own worker may be first: then there is nothing left to break.
  await cancelPage(broken).catch((err: unknown) => expect(String(err)).toContain("crashed"));
  expect(await done(String(rows[0]?.id))).toMatchObject({ matched: 12, cancelled: 12, tooLate: 0 });
  expect(await tombstonesOf(ids)).toBe(12);
});

test("a tenant's own only, by operators, and only what can be told", async () => {
  const acme = await gateway.newKey({ tenant: "acme", name: "acme" });
  const ours = await track(3, { category: "whose" });
  const { body } = await post({ filter: { category: "whose" } }, {}, acme);
  await eventually(async () => {
    const job = await gateway.call(`GET /v1/notifications/cancels/${body.id}`, { key: acme });
    expect(job.body).toMatchObject({ status: "done", matched: 0 });
  });
  expect((await gateway.call(`GET /v1/notifications/cancels/${body.id}`)).status).toBe(404);
  expect(await tombstonesOf(ours)).toBe(0);
  expect((await gateway.call("GET /v1/notifications/cancels/nothing")).status).toBe(404);
  const sender = await gateway.newKey({ scopes: ["send", "admin"] });
  expect((await post({ filter: { category: "whose" } }, {}, sender)).status).toBe(403);
});

test.for<[object, string]>([
  [{}, "/filter"],
  [{ filter: {} }, "/filter"],
  [{ filter: { colour: "red" } }, "/filter/colour"],
  [{ filter: { status: "sent" } }, "/filter/status"],
  [{ filter: { acceptedFrom: "yesterday" } }, "/filter/acceptedFrom"],
  [
    { filter: { acceptedFrom: "2026-01-02T00:00:00Z", acceptedUntil: "2026-01-01T00:00:00Z" } },
    "/filter/acceptedUntil",
  ],
  [{ filter: { metadata: { a: 1 } } }, "/filter/metadata/a"],
])("%j is refused at %s", async ([body, pointer]) => {
  const refused = await post(body);
  expect(refused.status).toBe(422);
  expect(refused.body.errors[0].pointer).toBe(pointer);
});
