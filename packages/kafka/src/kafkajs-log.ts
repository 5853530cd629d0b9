import { logLevel, type LogEntry } from "kafkajs";
import type { Logger } from "./logger.ts";

const KEPT = ["groupId", "memberId", "broker", "error", "retryCount", "retryTime", "topic"] as const;

/**
 * kafkajs repeats most of what it reports as an error, so that is a warning here; what it gives up
 * on reaches the caller as a KafkaError. Rebalances are everyday business.
 */
export function forwardLogs(logger: Logger): (entry: LogEntry) => void {
  return (entry) => {
    const details: Record<string, unknown> = { client: "kafkajs", part: entry.namespace };
    for (const name of KEPT) {
      if (entry.log[name] !== undefined) details[name] = entry.log[name];
    }
    const message = entry.log.message;
    if (entry.level >= logLevel.INFO || isRebalanceNoise(message, entry.log["error"])) {
      logger.debug(details, message);
    } else {
      logger.warn(details, message);
    }
  };
}

function isRebalanceNoise(message: string, error: unknown): boolean {
  return /rebalanc|re-join/i.test(`${message} ${typeof error === "string" ? error : ""}`);
}
