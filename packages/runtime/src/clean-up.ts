import type { Logger } from "@pulsecourier/observability";
import { repeat } from "./repeat.ts";

const EVERY_MS = 60_000;
const BATCH = 1_000;

/** Deletes at most `limit` of one kind; answers how many, 0 when none are left. */
export type DeleteBatch = (limit: number) => Promise<number>;

/** Deletes what is past its retention, kind after kind, once a minute until closed; what failed is tried again then. */
export function createCleanUp(o: { kinds: readonly DeleteBatch[]; logger: Logger }): {
  close(): Promise<void>;
} {
  return repeat(async (signal) => {
    try {
      for (const deleteBatch of o.kinds) while (!signal.aborted && (await deleteBatch(BATCH)) > 0);
    } catch (err) {
      o.logger.warn(
        { err },
        "what is past its retention was not deleted; trying again in a minute",
      );
    }
    return EVERY_MS;
  }, EVERY_MS);
}
