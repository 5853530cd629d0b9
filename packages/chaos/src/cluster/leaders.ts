import type { EmbeddedServer } from "@pulsecourier/embedded";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

/** The broker that leads a partition of the normal lane's events, whichever `random` picks. */
export async function leaderOf(target: Target, random: Random): Promise<EmbeddedServer> {
  const { admin, brokers, topics } = target;
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [topics.events("normal")] });
  const partitions = found[0]?.partitions ?? [];
  const leader = partitions[random.whole(0, partitions.length - 1)]?.leader ?? -1;
  // Their node ids count from 1.
  const broker = brokers[leader - 1];
  if (broker === undefined) throw new Error(`No broker leads; the metadata names ${leader}.`);
  return broker;
}
