import { sagaId, sagaInput, notificationId, SagaState } from "@pulsecourier/contracts";
import { createDb, type Db } from "@pulsecourier/db";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkSagas } from "./check-sagas.ts";

const secret = Buffer.alloc(32, 7);
const tenant = "acme";
const DUE = Date.now() + 3_600_000;
const GRACE_MS = 60_000;

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const none = { deliveries: [], skipped: [], compensations: [], compensating: null };
const at = { step: "later", wave: -1, routed: false, limitPassed: false };
const waits = SagaState.parse({
  ...none,
  at: { ...at, timer: { at: DUE, armed: 1 } },
  end: null,
});

/** A saga that waits for a timer it set with its first input; its id, and that of its timer. */
async function insertSaga(recipient: string): Promise<{ id: string; timer: string }> {
  const acceptedAt = Date.now();
  const of = { tenant, acceptedAt, source: "/shop", eventId: "e", rule: "", recipient };
  const notification = notificationId(secret, of);
  const id = sagaId(secret, tenant, notification);
  const about = { tenant, notificationId: notification };
  const timer = sagaInput(secret, about, ["1"], { type: "timer", armed: 1 }).id;
  await db.pool.query(
    `insert into saga.instances (id, tenant, notification_id, version, request, definition, state)
     values ($1, $2, $3, 1, '{}', '{}', $4)`,
    [id, tenant, notification, JSON.stringify(waits)],
  );
  const events = [{ type: "started" }, { type: "timer_set", at: DUE, armed: 1 }];
  await db.pool.query(
    `insert into saga.history (saga_id, seq, input_id, at, cause, events)
     values ($1, 1, gen_random_uuid(), now(), 'start', $2)`,
    [id, JSON.stringify(events)],
  );
  return { id, timer };
}

test("every saga is looked at with its history, its timer and what it holds of budgets", async () => {
  const whole = await insertSaga("whole");
  const lost = await insertSaga("lost");
  await db.pool.query(
    `insert into schedule.timers (id, tenant, due_at, topic, headers, value)
     values ($1, $2, to_timestamp($3::float8 / 1000), 't', '{}', '')`,
    [whole.timer, tenant, DUE],
  );
  expect(await checkSagas(db, secret, GRACE_MS)).toEqual({
    sagas: 2,
    running: 2,
    problems: [`saga ${lost.id}: its timer is gone before its time`],
  });

  await db.pool.query("delete from saga.history where saga_id = $1", [whole.id]);
  await db.pool.query("delete from saga.instances where id = $1", [lost.id]);
  await db.pool.query(
    "insert into saga.budgets (tenant, name, starts_at, reserved) values ($1, 'texts', now(), 2)",
    [tenant],
  );
  expect((await checkSagas(db, secret, GRACE_MS)).problems).toEqual([
    `saga ${whole.id}: its history is not 1 to 1: `,
    `budget texts of acme: 2.000000 are reserved, sagas hold 0`,
  ]);
});
