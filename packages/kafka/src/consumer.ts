import { setTimeout as wait } from "node:timers/promises";
import type { AssignedPartition } from "./assigned-partition.ts";
import { Assignment } from "./assignment.ts";
import { createBatchRunner, type BatchRunner } from "./batch-runner.ts";
import { createCommitter } from "./committer.ts";
import type { Kafka } from "./connection.ts";
import type { KafkaError } from "./error.ts";
import { createFeed } from "./feed.ts";
import { createGroupMember } from "./group-member.ts";
import type { Logger } from "./logger.ts";
import type { KafkaMetrics, PartitionLag } from "./metrics.ts";
import type { InRecord } from "./record.ts";
import { WorkQueue } from "./work-queue.ts";
import type { WorkOptions } from "./work.ts";

export type TopicPartition = { topic: string; partition: number };

export type ConsumerOptions = {
  kafka: Kafka;
  group: string;
  topics: string[];
  work: WorkOptions;
  /** Epoch ms before which a record must not be given out, or null. Due times of one partition ascend. */
  notBefore?: (record: InRecord) => number | null;
  /** Higher is served first; default: all equal. */
  priority?: (topic: string) => number;
  /** Share of the capacity kept for each priority, 0 to 0.5; default 0.1. */
  reservedShare?: number;
  logger: Logger;
  metrics?: KafkaMetrics;
  onAssigned?: (partitions: TopicPartition[]) => void;
  onRevoked?: (partitions: TopicPartition[]) => void;
  /** The consumer has ended for good: exit the process, so that its partitions move on. */
  onFatal: (error: KafkaError) => void;
};

export type Consumer = {
  /** Connects and begins to join; `ready` tells when the group has been joined. */
  start(): Promise<void>;
  /** Takes nothing new, waits for work in flight up to the deadline, commits, leaves the group. */
  stop(deadlineMs: number): Promise<void>;
  /** True while joined and the broker answers. */
  ready(): boolean;
  /** Stops fetching and giving out these topics; tasks in flight go on. */
  pause(topics: string[]): void;
  resume(topics: string[]): void;
  lag(): PartitionLag[];
};

const DEFAULT_CAPACITY = 256;
const DEFAULT_RESERVED_SHARE = 0.1;
/** Of a stop's deadline, what is kept for the last commit and for leaving the group. */
const LEAVE_MS = 1_000;

/**
 * One member of a group for all of a service's topics. Records are worked on by key, at least once;
 * an offset is committed only when everything before it is finished.
 */
export function createConsumer(o: ConsumerOptions): Consumer {
  const { group, logger, metrics } = o;
  const assignment = new Assignment();
  const pausedTopics = new Set<string>();
  let state: "idle" | "joining" | "joined" | "stopping" = "idle";

  const queue = new WorkQueue({
    topics: o.topics,
    priority: o.priority ?? (() => 0),
    capacity: capacityOf(o.work),
    reservedShare: o.reservedShare ?? DEFAULT_RESERVED_SHARE,
  });
  const feed = createFeed({ queue, notBefore: totalNotBefore(o), setFetching });
  const member = createGroupMember({
    kafka: o.kafka,
    group,
    topics: o.topics,
    onJoined,
    onRebalancing,
    onCrashed: loseAll,
    onEnded(error) {
      loseAll();
      o.onFatal(error);
    },
    onRecords,
  });
  const committer = createCommitter({
    partitions: () => assignment,
    commit: member.commit,
    onFailed(error) {
      const details = { group, code: error.code, error: error.message };
      if (error.kind === "rebalancing") return logger.debug(details, "commit left to the next owner");
      metrics?.commitFailed(group);
      logger.warn(details, "commit failed, will repeat");
    },
  });
  const runner = startWork(o, queue);
  const unwatch = metrics?.watchLag(group, () => assignment.lag());

  function setFetching(partition: AssignedPartition, on: boolean): void {
    const fetching = on && state !== "stopping";
    if (partition.fetching === fetching) return;
    partition.fetching = fetching;
    member.setFetching(partition.topic, partition.partition, fetching);
  }

  function onRecords(topic: string, partition: number, records: InRecord[], end: bigint) {
    metrics?.consumed(group, topic, records.length);
    const assigned = assignment.get(topic, partition);
    // Nothing kept: what arrives for a partition that is not ours is its owner's.
    if (assigned === undefined) return undefined;
    if (!assigned.isAnotherLog(records)) return feed.offer(assigned, records, end);
    logger.error({ group, topic, partition }, "the log was cut or made anew, reading it afresh");
    queue.drop(assigned);
    return feed.offer(assignment.renew(assigned), records, end);
  }

  function onJoined(memberId: string, assigned: Record<string, number[]>): void {
    const { gained, lost } = assignment.change(memberId, assigned);
    for (const partition of lost) queue.drop(partition);
    for (const partition of gained) partition.paused = pausedTopics.has(partition.topic);
    for (const partition of assignment) {
      // kafkajs keeps pauses over some rejoins and forgets them over others: say them all.
      partition.fetching = undefined;
      feed.admit(partition);
    }
    if (state !== "stopping") state = "joined";
    queue.setOpen(state === "joined");
    metrics?.rebalanced(group);
    logger.info({ group, gained: gained.length, lost: lost.length }, "joined the group");
    tell(lost, gained);
  }

  function onRebalancing(): void {
    // Nothing new starts; what is finished is committed while this generation still may.
    queue.setOpen(false);
    if (state === "joined") state = "joining";
    void committer.commitNow();
  }

  function loseAll(): void {
    queue.setOpen(false);
    if (state === "joined") state = "joining";
    const lost = assignment.loseAll();
    for (const partition of lost) queue.drop(partition);
    tell(lost, []);
  }

  function tell(lost: AssignedPartition[], gained: AssignedPartition[]): void {
    try {
      if (lost.length > 0) o.onRevoked?.(lost.map(toTopicPartition));
      if (gained.length > 0) o.onAssigned?.(gained.map(toTopicPartition));
    } catch (thrown) {
      logger.error({ group, error: String(thrown) }, "an assignment callback threw");
    }
  }

  function setPaused(topics: string[], paused: boolean): void {
    for (const topic of topics) {
      if (paused) pausedTopics.add(topic);
      else pausedTopics.delete(topic);
    }
    for (const partition of assignment) {
      if (!topics.includes(partition.topic)) continue;
      partition.paused = paused;
      feed.admit(partition);
      queue.enqueue(partition);
    }
  }

  async function stop(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    state = "stopping";
    queue.setOpen(false);
    runner?.stop();
    for (const partition of assignment) setFetching(partition, false);
    while (queue.inFlight > 0 && performance.now() < deadline - LEAVE_MS) await wait(10);
    committer.close();
    await within(deadline - performance.now() - LEAVE_MS / 2, committer.commitNow());
    loseAll();
    unwatch?.();
    // kafkajs may hang here; leaving is a courtesy that spares the others a session timeout.
    await within(Math.max(LEAVE_MS / 2, deadline - performance.now()), member.leave());
  }

  return {
    start: () => {
      state = "joining";
      return member.start();
    },
    stop,
    ready: () => state === "joined" && member.fetches(),
    pause: (topics) => setPaused(topics, true),
    resume: (topics) => setPaused(topics, false),
    lag: () => assignment.lag(),
  };
}

function startWork(o: ConsumerOptions, queue: WorkQueue): BatchRunner | undefined {
  if (o.work.kind === "tasks") {
    o.work.take(queue);
    return undefined;
  }
  return createBatchRunner({
    queue,
    work: o.work,
    onFailed(thrown, attempt) {
      o.metrics?.handlerFailed(o.group);
      const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      o.logger.error({ group: o.group, attempt, error }, "batch failed, will repeat");
    },
  });
}

function capacityOf(work: WorkOptions): number {
  if (work.kind === "tasks") return work.capacity ?? DEFAULT_CAPACITY;
  return work.maxRecords * (work.concurrency ?? 1);
}

/** A due time that cannot be read is no due time: the handler deals with the record. */
function totalNotBefore(o: ConsumerOptions): (record: InRecord) => number | null {
  const { notBefore } = o;
  if (notBefore === undefined) return () => null;
  return (record) => {
    try {
      const dueAt = notBefore(record);
      return dueAt !== null && Number.isFinite(dueAt) ? dueAt : null;
    } catch (thrown) {
      o.logger.warn({ group: o.group, error: String(thrown) }, "unreadable due time, handled now");
      return null;
    }
  };
}

function toTopicPartition({ topic, partition }: AssignedPartition): TopicPartition {
  return { topic, partition };
}

/** Waits for the promise, but no longer than `ms`; its failure no longer matters to anyone. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const ended = new AbortController();
  const settled = promise.catch(() => undefined).finally(() => ended.abort());
  await Promise.race([
    settled,
    wait(Math.max(0, ms), undefined, { signal: ended.signal }).catch(() => undefined),
  ]);
}
