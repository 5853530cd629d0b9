import { setTimeout as delay } from "node:timers/promises";
import { CHANNELS, LANES, type TopicNames } from "@pulsecourier/contracts";
import { createConsumer, type InRecord } from "@pulsecourier/kafka";
import type { Fault } from "../fault.ts";

/** A copy is not copied again. */
const COPY = "chaos-copy";
/** Longer than the load takes. */
const COPYING_MS = 4_000;

export const deliverThrice: Fault = {
  name: "deliver-thrice",
  what: "every record of the event and delivery topics is written twice more, bytes and key the same",
  topology: "single",
  async strike({ kafka, topics, topicPrefix, producer }, random) {
    const copies = async (records: InRecord[]) => {
      const originals = records.filter(({ headers }) => headers[COPY] === undefined);
      const written = originals.map(({ topic, partition, key, value, headers }) => ({
        topic,
        partition,
        key,
        value,
        headers: { ...headers, [COPY]: "1" },
      }));
      for (let time = 0; time < 2; time += 1) {
        await delay(random.whole(0, 200));
        if (written.length > 0) await producer.send(written);
      }
    };
    // One group over all seeds: it goes on where it was, and no record is left out.
    const copier = createConsumer({
      kafka,
      group: `${topicPrefix}.chaos-copier`,
      topics: copiedTopics(topics),
      work: { kind: "batch", maxRecords: 200, handle: copies },
      logger: kafka.logger,
      onFatal: (error) => {
        throw error;
      },
    });
    await copier.start();
    await delay(COPYING_MS);
    await copier.stop(5_000);
  },
};

function copiedTopics(topics: TopicNames): string[] {
  const deliveries = CHANNELS.flatMap((channel) =>
    LANES.map((lane) => topics.deliveries(channel, lane)),
  );
  return [...LANES.map((lane) => topics.events(lane)), ...deliveries];
}
