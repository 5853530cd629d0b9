import { setTimeout as delay } from "node:timers/promises";
import type { Db } from "@pulsecourier/db";
import type { Fault } from "../fault.ts";

const LOAD_MS = 8_000;
/** What was sent last has its timers by then. */
const SETTLE_MS = 3_000;
/** Shorter than any timer of the load takes, so that none is missed. */
const LOOK_MS = 100;
const REPEATS = 3;
const PATIENCE_MS = 30_000;

/** What is due again goes on while the load does, and once more when it is over. */
export const timerTwice: Fault = {
  name: "timer-twice",
  what: "every timer is set again after it has fired, and fires again, three times",
  topology: "single",
  loadMs: LOAD_MS,
  sagas: 0.5,
  async strike({ db }, random) {
    await db.pool.query("create table chaos_timers (like schedule.timers including all)");
    let firedAgain = 0;
    try {
      const until = performance.now() + LOAD_MS + SETTLE_MS;
      for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
        const rest = repeat === REPEATS ? until - performance.now() : random.whole(1_000, 3_000);
        const next = performance.now() + rest;
        while (performance.now() < next) {
          await keepTimers(db);
          await delay(LOOK_MS);
        }
        firedAgain += await fireAgain(db);
      }
    } finally {
      await db.pool.query("drop table chaos_timers");
    }
    return { figures: { firedAgain } };
  },
};

async function keepTimers(db: Db): Promise<void> {
  await db.pool.query(
    "insert into chaos_timers select * from schedule.timers on conflict do nothing",
  );
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
