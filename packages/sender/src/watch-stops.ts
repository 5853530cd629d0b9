import { type Db, readStops } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { repeat } from "@pulsecourier/runtime";
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
  let away = false;
  async function read(): Promise<number> {
    try {
      o.stops.adopt(await readStops(o.db));
      away = false;
    } catch (err) {
      if (!away) o.logger.warn({ err }, "stops cannot be read; those last read stand");
      away = true;
    }
    return EVERY_MS;
  }
  o.stops.adopt(await readStops(o.db));
  return repeat(read, EVERY_MS);
}
