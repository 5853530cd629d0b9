import type { Message, Producer as KafkaJsProducer } from "kafkajs";
import { ANSWER_MS } from "../client/answer-watch.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";
import type { PartitionCounts } from "./partition-counts.ts";
import { firstOffset } from "./produce-result.ts";

/** Writes records to one partition and answers the offset of the first; rejects with a KafkaError. */
export type Produce = (
  to: { topic: string; partition: number },
  messages: Message[],
) => Promise<bigint>;

type Part = {
  to: Parameters<Produce>[0];
  messages: Message[];
  written: PromiseWithResolvers<bigint>;
};

const ALL_IN_SYNC = -1;
/** How long the broker may wait for its replicas: less than it is given to answer. */
const ACK_TIMEOUT_MS = ANSWER_MS - 1_000;

/**
 * Writes what one turn of the event loop asks for in one request to each leader: a request costs the client and the
 * broker more than the records of one more partition in it.
 *
 * kafkajs can resolve a call over several partitions while some of it was never written
 * (github.com/tulios/kafkajs/issues/1303): a partition counts as written only when the result names it. Where the
 * leaders are in doubt each partition is written alone, so that a broker that is away holds up only its own.
 */
export function createProduce(
  client: Pick<KafkaJsProducer, "sendBatch">,
  leaders: Pick<PartitionCounts, "leaderOf" | "doubtLeaders">,
): Produce {
  let asked: Part[] = [];

  function writeAsked(): void {
    const parts = asked;
    asked = [];
    for (const group of groupByLeader(parts, leaders)) void write(group);
  }

  /** Never rejects: what fails is told to who asked. */
  async function write(parts: readonly Part[]): Promise<void> {
    try {
      const results = await client.sendBatch({
        topicMessages: byTopic(parts),
        acks: ALL_IN_SYNC,
        timeout: ACK_TIMEOUT_MS,
      });
      for (const { to, written } of parts) settle(written, () => firstOffset(results, to));
    } catch (thrown) {
      const error = toKafkaError(thrown);
      for (const { to } of parts) leaders.doubtLeaders(to.topic);
      // What cannot be repeated may be wrong with one of them only. The error does not say with which, so those that
      // were written are written once more.
      if (parts.length > 1 && !error.retriable) for (const part of parts) void write([part]);
      else for (const { written } of parts) written.reject(error);
    }
  }

  return (to, messages) => {
    if (asked.length === 0) queueMicrotask(writeAsked);
    const written = Promise.withResolvers<bigint>();
    asked.push({ to, messages, written });
    return written.promise;
  };
}

function settle(written: PromiseWithResolvers<bigint>, offset: () => bigint): void {
  try {
    written.resolve(offset());
  } catch (error) {
    written.reject(error);
  }
}

function groupByLeader(
  parts: readonly Part[],
  { leaderOf }: Pick<PartitionCounts, "leaderOf">,
): Iterable<Part[]> {
  const groups = new Map<unknown, Part[]>();
  for (const part of parts) {
    const leader = leaderOf(part.to.topic, part.to.partition) ?? part;
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [part]);
    else group.push(part);
  }
  return groups.values();
}

function byTopic(parts: readonly Part[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { to, messages } of parts) {
    const known = topics.get(to.topic);
    if (known === undefined) topics.set(to.topic, messages);
    else topics.set(to.topic, [...known, ...messages]);
  }
  return Array.from(topics, ([topic, messages]) => ({ topic, messages }));
}
