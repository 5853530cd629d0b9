import type { RecordMetadata } from "kafkajs";
import { KafkaError } from "../client/error.ts";

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
