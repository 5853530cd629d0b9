import { setTimeout as delay } from "node:timers/promises";
import { createConsumer, type InRecord } from "@pulsecourier/kafka";
import type { Fault } from "../fault.ts";
import type { Target } from "../target.ts";

const FIGHT_MS = 30_000;
const EVERY_MS = 2_000;
/** A copy is not copied again. */
const COPY = "chaos-copy";

/** Copies go to another partition, so that both orchestrators have the same saga in hand. */
export const twoOrchestrators: Fault = {
  name: "two-orchestrators",
  what: "two orchestrators get every input of a saga each, and one leaves and joins their group every 2 s",
  topology: "cluster",
  longOnly: true,
  lanes: ["critical", "normal"],
  loadMs: FIGHT_MS,
  sagas: 0.7,
  async strike(target, _random, { rounds }) {
    const copier = await copyInputs(target);
    const { services } = target;
    const [, name = ""] = services.of("orchestrator");
    const until = performance.now() + FIGHT_MS;
    let rebalances = 0;
    while (performance.now() < until && rebalances < (rounds ?? Number.POSITIVE_INFINITY)) {
      await delay(EVERY_MS);
      await services.stop(name);
      await delay(EVERY_MS);
      await services.restart(name);
      rebalances += 1;
    }
    await delay(Math.max(0, until - performance.now()));
    return { figures: { rebalances, copies: await copier.close() } };
  },
};

/** Writes every input of a saga once more, into the partition beside its own. */
async function copyInputs({ kafka, topics, topicPrefix, producer, admin }: Target) {
  const partitions = (await admin.fetchTopicOffsets(topics.sagas)).length;
  let copies = 0;
  const copier = createConsumer({
    kafka,
    group: `${topicPrefix}.chaos-saga-copier`,
    topics: [topics.sagas],
    work: {
      kind: "batch",
      maxRecords: 200,
      async handle(records: InRecord[]) {
        const originals = records.filter(({ headers }) => headers[COPY] === undefined);
        if (originals.length === 0) return;
        const beside = originals.map(({ topic, partition, key, value, headers }) => ({
          topic,
          partition: (partition + 1) % partitions,
          key,
          value,
          headers: { ...headers, [COPY]: "1" },
        }));
        await producer.send(beside);
        copies += beside.length;
      },
    },
    logger: kafka.logger,
    onFatal: (error) => {
      throw error;
    },
  });
  await copier.start();
  return {
    async close(): Promise<number> {
      await copier.stop(5_000);
      return copies;
    },
  };
}
