import type { Consumer } from "kafkajs";
import { openClient } from "../client/connection.ts";
import type { GroupMemberOptions } from "./group-member.ts";
import { stickyAssigner } from "./sticky-assigner.ts";

/** A member killed is noticed by the others within this. */
export const SESSION_MS = 10_000;
export const HEARTBEAT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** For some 15 s, in which a single broker has started again: giving up costs the assignment. */
const RETRIES = 20;

/** A kafkajs consumer that is not connected yet. One that gave up is not used again. */
export function openGroupClient(
  o: Pick<GroupMemberOptions, "kafka" | "group" | "owned">,
): Consumer {
  const kafka = openClient(o.kafka, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: RETRIES });
  return kafka.consumer({
    groupId: o.group,
    partitionAssigners: [stickyAssigner(o.owned)],
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 30_000,
    maxWaitTimeInMs: 250,
    maxBytes: 1_024 * 1_024,
    maxBytesPerPartition: 256 * 1_024,
    allowAutoTopicCreation: false,
    retry: { retries: RETRIES, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
}
