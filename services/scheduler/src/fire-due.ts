import type { Database, Db } from "@pulsecourier/db";
import { KafkaError, type Logger, type Producer } from "@pulsecourier/kafka";
import type { Transaction } from "kysely";
import { claimDue, deleteTimers, type DueTimer, postponeTimers } from "./due-timers-store.ts";
import { claimReleased, type HeldGroup } from "./held-timers-store.ts";

export type Fired = { fired: number; postponed: number };
type Context = { db: Db; producer: Pick<Producer, "send">; logger: Logger };

/** Timers fired in one transaction. */
export const BATCH = 500;
/** And of those of one topic that waited for a stop. */
const RELEASED_AT_ONCE = 250;

/**
 * Publishes what is due and then deletes it, in one transaction. A crash in between publishes again, under the same
 * ids, which changes nothing. Rejects when Kafka or Postgres is away; the timers are then still there.
 */
export function fireDue(context: Context): Promise<Fired> {
  return fire(context, (transaction) => claimDue(transaction, BATCH));
}

/** The same for timers whose stop no longer stands. */
export function fireReleased(context: Context, group: HeldGroup): Promise<Fired> {
  return fire(context, (transaction) => claimReleased(transaction, group, RELEASED_AT_ONCE));
}

function fire(
  { db, producer, logger }: Context,
  claim: (transaction: Transaction<Database>) => Promise<DueTimer[]>,
): Promise<Fired> {
  return db.kysely.transaction().execute(async (transaction) => {
    const timers = await claim(transaction);
    if (timers.length === 0) return { fired: 0, postponed: 0 };
    const refused = await publish(timers, producer, logger);
    const done = timers.filter((timer) => !refused.includes(timer));
    await deleteTimers(transaction, done.map(idOf));
    if (refused.length > 0) await postponeTimers(transaction, refused.map(idOf));
    return { fired: done.length, postponed: refused.length };
  });
}

/** Gives the timers whose record Kafka takes from nobody: found by trying one by one. */
async function publish(
  timers: DueTimer[],
  producer: Context["producer"],
  logger: Logger,
): Promise<DueTimer[]> {
  try {
    await producer.send(timers.map((timer) => timer.record));
    return [];
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
  }
  const refused: DueTimer[] = [];
  for (const timer of timers) {
    try {
      await producer.send([timer.record]);
    } catch (err) {
      if (!isRefusal(err)) throw err;
      const { id, record } = timer;
      logger.error(
        { err, id, topic: record.topic },
        "Kafka refuses a timer's record; it is put off",
      );
      refused.push(timer);
    }
  }
  return refused;
}

/** The record is at fault, not the moment. */
function isRefusal(thrown: unknown): boolean {
  return (
    thrown instanceof KafkaError &&
    (thrown.code === "record_too_large" || thrown.code === "unknown_topic")
  );
}

function idOf(timer: DueTimer): string {
  return timer.id;
}
