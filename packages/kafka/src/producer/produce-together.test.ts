import type { ProducerBatch, RecordMetadata } from "kafkajs";
import { expect, it } from "vitest";
import { KafkaError } from "../client/error.ts";
import { createProduce } from "./produce-together.ts";

const messages = (value: string, partition: number) => [{ key: null, value, partition }];

/** Partitions 0 and 1 are led by one broker, 2 and 3 by another; `write` answers the partitions written. */
function setUp(write: (partitions: number[]) => number[]) {
  const requests: string[][] = [];
  const doubted = new Set<string>();
  const client = {
    sendBatch({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
      const all = topicMessages.flatMap((one) => one.messages.map((m) => ({ ...m, ...one })));
      requests.push(
        all.map(({ topic, partition, value }) => `${topic}/${partition} ${String(value)}`),
      );
      return Promise.resolve(
        topicMessages.flatMap(({ topic, messages: some }) =>
          write(some.map(({ partition = -1 }) => partition)).map((partition) => ({
            topicName: topic,
            partition,
            errorCode: 0,
            baseOffset: String(10 * partition),
          })),
        ),
      );
    },
  };
  const produce = createProduce(client, {
    leaderOf: (topic, partition) => (doubted.has(topic) ? undefined : Math.floor(partition / 2)),
    doubtLeaders: (topic) => void doubted.add(topic),
  });
  const write4 = () =>
    Promise.allSettled([
      produce({ topic: "t", partition: 0 }, messages("a", 0)),
      produce({ topic: "t", partition: 2 }, messages("b", 2)),
      produce({ topic: "u", partition: 1 }, messages("c", 1)),
      produce({ topic: "t", partition: 1 }, messages("d", 1)),
    ]);
  return { requests, write4 };
}

const fulfilled = (value: bigint) => ({ status: "fulfilled", value });
const rejected = (code: string, retriable: boolean) => ({
  status: "rejected",
  reason: expect.objectContaining({ code, retriable }),
});

it("writes what one turn asks for in one request to each leader", async () => {
  const { requests, write4 } = setUp((partitions) => partitions);
  expect(await write4()).toEqual([0n, 20n, 10n, 10n].map(fulfilled));
  expect(requests).toEqual([["t/0 a", "t/1 d", "u/1 c"], ["t/2 b"]]);
});

it("pitfall 1: takes a partition that the result does not name for a failed write, and no other", async () => {
  const { write4 } = setUp((partitions) => partitions.filter((partition) => partition !== 1));
  expect(await write4()).toEqual([
    fulfilled(0n),
    fulfilled(20n),
    rejected("kafka_unavailable", true),
    rejected("kafka_unavailable", true),
  ]);
});

it("fails only the partition whose records are refused", async () => {
  const { requests, write4 } = setUp((partitions) => {
    if (!partitions.includes(0)) return partitions;
    throw new KafkaError({ code: "record_too_large", kind: "fatal", message: "no" });
  });
  expect(await write4()).toEqual([
    rejected("record_too_large", false),
    fulfilled(20n),
    fulfilled(10n),
    fulfilled(10n),
  ]);
  const alone = requests.filter((one) => one.length === 1).flat();
  expect(alone.toSorted()).toEqual(["t/0 a", "t/1 d", "t/2 b", "u/1 c"]);
});

it("writes each partition alone while its leader is in doubt", async () => {
  let away = true;
  const { requests, write4 } = setUp((partitions) => {
    if (!away) return partitions;
    throw new KafkaError({ code: "kafka_unavailable", kind: "retriable", message: "away" });
  });
  const results = await write4();
  expect(results.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  away = false;
  requests.splice(0);
  await write4();
  expect(requests.map((one) => one.length)).toEqual([1, 1, 1, 1]);
});
