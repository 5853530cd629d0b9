import { Kafka as KafkaJs, logLevel } from "kafkajs";
import { openBrokerSocket } from "./broker-socket.ts";
import { KafkaError } from "./error.ts";
import { forwardLogs } from "./kafkajs-log.ts";
import type { Logger } from "./logger.ts";

/** Connection settings shared by producers, consumers and topic creation; opens nothing by itself. */
export type Kafka = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
};

/** Checks and holds the settings. `brokers` are `host:port`. */
export function createKafka(o: { brokers: string[]; clientId: string; logger: Logger }): Kafka {
  if (o.brokers.length === 0) {
    throw new KafkaError({
      code: "no_brokers",
      kind: "fatal",
      message: "Name at least one Kafka broker as host:port.",
    });
  }
  return { brokers: [...o.brokers], clientId: o.clientId, logger: o.logger };
}

export type ClientOptions = {
  requestTimeoutMs: number;
  /** How often kafkajs repeats a failed connection or request before it tells. */
  retries: number;
};

/**
 * A kafkajs client of its own for each user: clients made from one instance share the offsets of a
 * group, so two members in one process would confuse each other.
 */
export function openClient(kafka: Kafka, o: ClientOptions): KafkaJs {
  return new KafkaJs({
    brokers: [...kafka.brokers],
    clientId: kafka.clientId,
    connectionTimeout: 3_000,
    socketFactory: openBrokerSocket,
    requestTimeout: o.requestTimeoutMs,
    // The cap keeps recovery within seconds after a broker is back; kafkajs would wait up to 30 s.
    retry: { retries: o.retries, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.INFO,
    logCreator: () => forwardLogs(kafka.logger),
  });
}
