import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "../target.ts";

const LOOK_MS = 200;
const PATIENCE_MS = 60_000;

/** Resolves with the ms it took until every replica of every partition is in sync; rejects after a minute. */
export async function untilInSync({ admin, brokers }: Target): Promise<number> {
  const began = performance.now();
  for (;;) {
    const behind = await admin.fetchTopicMetadata().then(
      ({ topics }) =>
        topics
          .flatMap(({ partitions }) => partitions)
          .filter(({ isr, replicas }) => isr.length < Math.min(replicas.length, brokers.length))
          .length,
      () => null,
    );
    const took = Math.round(performance.now() - began);
    if (behind === 0) return took;
    if (took > PATIENCE_MS)
      throw new Error(`${behind ?? "All"} partitions are not in sync after a minute.`);
    await delay(LOOK_MS);
  }
}
