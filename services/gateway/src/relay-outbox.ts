import { type Db, relayOutbox } from "@pulsecourier/db";
import type { Producer } from "@pulsecourier/kafka";
import type { Logger } from "@pulsecourier/observability";

const POLL_MS = 1_000;
const BATCH = 500;

/** Publishes what is committed to the outbox: at once when nudged, else at the next poll. Several may run. */
export type OutboxRelay = { nudge(): void; close(): Promise<void> };

export function createOutboxRelay(o: {
  db: Db;
  producer: Pick<Producer, "send">;
  logger: Logger;
}): OutboxRelay {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  async function relayAll(): Promise<void> {
    do {
      again = false;
      try {
        while (
          !closed &&
          (await relayOutbox(o.db, BATCH, (records) => o.producer.send(records))) === BATCH
        );
      } catch (err) {
        // The rows are still there, and the next poll tries again.
        o.logger.warn({ err }, "outbox records were not published; trying again");
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
