import type { Batch, IHeaders, KafkaMessage } from "kafkajs";
import type { Headers, InRecord } from "../records/record.ts";

/** What one fetch brought of a partition; `end` is the end of its log. */
export type Fetched = { topic: string; partition: number; records: InRecord[]; end: bigint };

/** The port's view of a kafkajs batch. */
export function toFetched({ topic, partition, messages, highWatermark }: Batch): Fetched {
  const records = messages.map((message) => toRecord(topic, partition, message));
  return { topic, partition, records, end: BigInt(highWatermark) };
}

function toRecord(topic: string, partition: number, message: KafkaMessage): InRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: toHeaders(message.headers),
  };
}

/** Of a repeated header the last value counts. */
function toHeaders(raw: IHeaders | undefined): Headers {
  const headers: Headers = {};
  for (const name in raw) {
    const given = raw[name];
    const value = Array.isArray(given) ? given.at(-1) : given;
    headers[name] = value?.toString() ?? "";
  }
  return headers;
}
