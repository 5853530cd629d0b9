import { CHANNELS, LANES, senderTopics } from "@pulsecourier/contracts";
import type { Fault } from "../fault.ts";
import type { Target } from "../target.ts";

/** Back to before the load began. */
const BACK_MS = 10_000;

export const loseOffsets: Fault = {
  name: "lose-offsets",
  what: "router, senders and tracker stop, their offsets are set back, and they read it all again",
  topology: "single",
  async strike(target) {
    const { services, topics } = target;
    const since = Date.now() - BACK_MS;
    const consumers = {
      router: LANES.map((lane) => topics.events(lane)),
      tracker: [topics.lifecycle],
      ...Object.fromEntries(
        CHANNELS.map((channel) => [`sender-${channel}`, senderTopics(topics, channel)]),
      ),
    };
    const names = Object.keys(consumers).flatMap((service) => services.of(service));
    await Promise.all(names.map((name) => services.stop(name)));
    await Promise.all(
      Object.entries(consumers).map(async ([service, read]) => {
        // Each joins the group for its topic: one after the other.
        for (const topic of read) await setBack(target, { service, topic, since });
      }),
    );
    await Promise.all(names.map((name) => services.restart(name)));
  },
};

async function setBack(
  { admin, topicPrefix }: Target,
  { service, topic, since }: { service: string; topic: string; since: number },
): Promise<void> {
  const partitions = await admin.fetchTopicOffsetsByTimestamp(topic, since);
  const ends = await admin.fetchTopicOffsets(topic);
  const offsetOf = new Map(ends.map(({ partition, high }) => [partition, high]));
  // kafkajs waits 5 s for each topic it sets, so not for those with nothing to read again.
  if (partitions.every(({ partition, offset }) => offsetOf.get(partition) === offset)) return;
  await admin.setOffsets({ groupId: `${topicPrefix}.${service}`, topic, partitions });
}
