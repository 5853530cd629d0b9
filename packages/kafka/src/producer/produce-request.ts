import type { Message, Producer as KafkaJsProducer, RecordMetadata } from "kafkajs";
import { ANSWER_MS } from "../client/answer-watch.ts";
import { KafkaError } from "../client/error.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";

const ALL_IN_SYNC = -1;
/** How long the broker may wait for its replicas: less than it is given to answer. */
const ACK_TIMEOUT_MS = ANSWER_MS - 1_000;

/**
 * Writes records to one partition and answers the offset of the first; throws a KafkaError when
 * they are not known to be written.
 *
 * One partition a call: kafkajs can resolve a call over several while some of it was never written
 * (github.com/tulios/kafkajs/issues/1303).
 */
export async function produce(
  client: KafkaJsProducer,
  to: { topic: string; partition: number },
  messages: Message[],
): Promise<bigint> {
  try {
    const results = await client.send({
      topic: to.topic,
      messages,
      acks: ALL_IN_SYNC,
      timeout: ACK_TIMEOUT_MS,
    });
    return firstOffset(results, to);
  } catch (thrown) {
    throw toKafkaError(thrown);
  }
}

/** The base offset in a produce result, which must name exactly the partition that was written. */
export function firstOffset(
  results: RecordMetadata[],
  to: { topic: string; partition: number },
): bigint {
  const result = results.find((r) => r.topicName === to.topic && r.partition === to.partition);
  if (result?.errorCode === 0 && result.baseOffset !== undefined) return BigInt(result.baseOffset);
  throw new KafkaError({
    code: "kafka_unavailable",
    kind: "retriable",
    message: `The broker did not confirm the write to ${to.topic}[${to.partition}].`,
  });
}
