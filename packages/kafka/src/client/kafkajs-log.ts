import { logLevel, type LogEntry } from "kafkajs";
import type { Logger } from "./logger.ts";

const KEPT = [
  "groupId",
  "memberId",
  "broker",
  "error",
  "retryCount",
  "retryTime",
  "topic",
] as const;
/** A broker that is away makes kafkajs say the same many times a second. */
const REPEAT_MS = 10_000;

/**
 * kafkajs repeats most of what it reports as an error, so that is a warning here, at most one of a
 * kind every 10 s; what it gives up on reaches the caller as a KafkaError. Rebalances and
 * coordinators that are not there yet are everyday business and told as detail.
 */
export function forwardLogs(logger: Logger): (entry: LogEntry) => void {
  const warnedAt = new Map<string, number>();

  function isNews(message: string): boolean {
    const now = performance.now();
    if (now - (warnedAt.get(message) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return false;
    if (warnedAt.size > 100) warnedAt.clear();
    warnedAt.set(message, now);
    return true;
  }

  return (entry) => {
    const details: Record<string, unknown> = { client: "kafkajs", part: entry.namespace };
    for (const name of KEPT) {
      if (entry.log[name] !== undefined) details[name] = entry.log[name];
    }
    const message = entry.log.message;
    const isDetail = entry.level >= logLevel.INFO || isEveryday(message, entry.log["error"]);
    if (isDetail || !isNews(message)) logger.debug(details, message);
    else logger.warn(details, message);
  };
}

const EVERYDAY = [
  /rebalanc|re-join/i,
  // A new cluster makes its coordinators when the first group asks for one.
  /coordinator is (not available|loading)/i,
  // Follows a crash, which is told by itself.
  /restarting the consumer/i,
];

function isEveryday(message: string, error: unknown): boolean {
  const text = `${message} ${typeof error === "string" ? error : ""}`;
  return EVERYDAY.some((pattern) => pattern.test(text));
}
