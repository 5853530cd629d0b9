import type { Db } from "./connection.ts";
import { type OutboxRecord, type OutboxTable, relayOutbox } from "./outbox-store.ts";

const POLL_MS = 1_000;
const BATCH = 500;

/** Publishes what is committed to an outbox: at once when nudged, else at the next poll. Several may run. */
export type OutboxRelay = { nudge(): void; close(): Promise<void> };

/** `onError` hears of records that could not be published; they stay, and the next poll tries again. */
export function createOutboxRelay(o: {
  db: Db;
  table: OutboxTable;
  publish: (records: OutboxRecord[]) => Promise<unknown>;
  onError: (error: unknown) => void;
}): OutboxRelay {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  async function relayAll(): Promise<void> {
    do {
      again = false;
      try {
        while (!closed && (await relayOutbox(o.db, o.table, BATCH, o.publish)) === BATCH);
      } catch (error) {
        o.onError(error);
        return;
      }
    } while (again && !closed);
  }

  function nudge(): void {
    again = true;
    running ??= relayAll().finally(() => {
      running = undefined;
    });
  }
  const timer = setInterval(nudge, POLL_MS);
  return {
    nudge,
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
