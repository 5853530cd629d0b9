import { setTimeout as sleep } from "node:timers/promises";
import { type Db, readStops } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import type { Stops } from "./stops.ts";

/** How soon a sender obeys, ms. */
const EVERY_MS = 1_000;

/**
 * Keeps `stops` as the platform's, from before this resolves; rejects when they cannot be read. While Postgres is away
 * afterwards, those last read stand.
 */
export async function watchStops(o: {
  db: Db;
  stops: Pick<Stops, "adopt">;
  logger: Logger;
}): Promise<{ close(): Promise<void> }> {
  const stop = new AbortController();
  let away = false;
  async function read(): Promise<void> {
    try {
      o.stops.adopt(await readStops(o.db));
      away = false;
    } catch (err) {
      if (!away) o.logger.warn({ err }, "stops cannot be read; those last read stand");
      away = true;
    }
  }
  async function repeat(): Promise<void> {
    while (!stop.signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      if (!stop.signal.aborted) await read();
    }
  }
  o.stops.adopt(await readStops(o.db));
  const reading = repeat();
  return {
    async close() {
      stop.abort();
      await reading;
    },
  };
}
