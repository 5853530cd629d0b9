import { setTimeout as delay } from "node:timers/promises";
import type { Db } from "@pulsecourier/db";
import type { Fault } from "../fault.ts";

const LOAD_MS = 8_000;
/** Shorter than any timer of the load takes, so that none is missed. */
const LOOK_MS = 100;
/** What is set when the load is over is set within this time of the timer before. */
const QUIET_MS = 3_000;
const PATIENCE_MS = 60_000;

/** What is due again goes on while the load does, and once more when it is over. */
export const timerTwice: Fault = {
  name: "timer-twice",
  what: "every timer is set again after it has fired, and fires again, up to three times",
  topology: "single",
  loadMs: LOAD_MS,
  sagas: 0.5,
  async strike({ db }, random) {
    await db.pool.query("create table chaos_timers (like schedule.timers including all)");
    try {
      let firedAgain = 0;
      for (const pause of [random.whole(1_000, 3_000), random.whole(1_000, 3_000)]) {
        const next = performance.now() + pause;
        while (performance.now() < next) await keepTimers(db);
        firedAgain += await fireAgain(db);
      }
      await keepAll(db);
      return { figures: { firedAgain: firedAgain + (await fireAgain(db)) } };
    } finally {
      await db.pool.query("drop table chaos_timers");
    }
  },
};

/** Until the load is over and no timer is about to fire any more. */
async function keepAll(db: Db): Promise<void> {
  const deadline = performance.now() + LOAD_MS + PATIENCE_MS;
  let quietAt = performance.now() + LOAD_MS + QUIET_MS;
  while (performance.now() < Math.min(quietAt, deadline)) {
    await keepTimers(db);
    const { rowCount } = await db.pool.query(
      "select from schedule.timers where due_at < schedule.now() + interval '1 minute' limit 1",
    );
    if (rowCount === 1) quietAt = Math.max(quietAt, performance.now() + QUIET_MS);
  }
}

async function keepTimers(db: Db): Promise<void> {
  await db.pool.query(
    "insert into chaos_timers select * from schedule.timers on conflict do nothing",
  );
  await delay(LOOK_MS);
}

/** Sets all that have fired once more and waits until they have; answers how many they were. */
async function fireAgain(db: Db): Promise<number> {
  const { rows } = await db.pool.query<{ id: string }>(
    "insert into schedule.timers select * from chaos_timers on conflict do nothing returning id",
  );
  const ids = rows.map(({ id }) => id);
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = await db.pool.query(
      "select from schedule.timers where id = any($1) and due_at <= schedule.now() limit 1",
      [ids],
    );
    if (left.rowCount === 0) return ids.length;
    if (performance.now() > deadline) throw new Error("Timers that are due are not fired.");
    await delay(LOOK_MS);
  }
}
