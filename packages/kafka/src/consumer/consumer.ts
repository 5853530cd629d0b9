import { setTimeout as wait } from "node:timers/promises";
import type { AssignedPartition } from "./assigned-partition.ts";
import { Assignment } from "./assignment.ts";
import { createCommitter, type Committer } from "./committer.ts";
import type { Kafka } from "../client/connection.ts";
import type { KafkaError } from "../client/error.ts";
import { Feed } from "./feed.ts";
import type { Fetched } from "./fetched.ts";
import { GroupMember } from "./group-member.ts";
import type { Logger } from "../client/logger.ts";
import type { KafkaMetrics, PartitionLag } from "../metrics/metrics.ts";
import { readableNotBefore } from "./not-before.ts";
import type { InRecord } from "../records/record.ts";
import { capacityOf, startWork } from "./start-work.ts";
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
  /** Whose record it is: owners take turns, so that one's flood does not hold up the others; default: all one's. */
  ownerOf?: (record: InRecord) => string;
  logger: Logger;
  metrics?: KafkaMetrics;
  onAssigned?: (partitions: TopicPartition[]) => void;
  onRevoked?: (partitions: TopicPartition[]) => void;
  /** The consumer has ended for good, which no outage of a broker is cause for: exit the process, so that its partitions move on. */
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
  /** Asks `notBefore` again about what is waited for. */
  lookAgain(): void;
  lag(): PartitionLag[];
};

/**
 * One member of a group for all of a service's topics. Records are worked on by key, at least once;
 * an offset is committed only when everything before it is finished.
 */
export function createConsumer(o: ConsumerOptions): Consumer {
  const consumer = new GroupConsumer(o);
  return {
    start: () => consumer.start(),
    stop: (deadlineMs) => consumer.stop(deadlineMs),
    ready: () => consumer.ready(),
    pause: (topics) => consumer.setPaused(topics, true),
    resume: (topics) => consumer.setPaused(topics, false),
    lookAgain: () => consumer.lookAgain(),
    lag: () => consumer.lag(),
  };
}

const DEFAULT_RESERVED_SHARE = 0.1;
/** Of a stop's deadline, what is kept for the last commit and for leaving the group. */
const LEAVE_MS = 1_000;

class GroupConsumer {
  readonly #o: ConsumerOptions;
  readonly #assignment = new Assignment();
  readonly #pausedTopics = new Set<string>();
  readonly #queue: WorkQueue;
  readonly #feed: Feed;
  readonly #member: GroupMember;
  readonly #committer: Committer;
  readonly #stopWork: () => void;
  readonly #unwatch: (() => void) | undefined;
  #state: "idle" | "joining" | "joined" | "stopping" = "idle";

  constructor(o: ConsumerOptions) {
    this.#o = o;
    this.#queue = new WorkQueue({
      topics: o.topics,
      priority: o.priority ?? (() => 0),
      capacity: capacityOf(o.work),
      reservedShare: o.reservedShare ?? DEFAULT_RESERVED_SHARE,
      // A process that was stopped and goes on must not begin what others do by now.
      mayGive: () => this.#member.inSession(),
    });
    this.#feed = new Feed({
      queue: this.#queue,
      notBefore: readableNotBefore(o),
      ownerOf: o.ownerOf ?? (() => ""),
      setFetching: (partition, on) => this.#setFetching(partition, on),
    });
    this.#member = new GroupMember({
      kafka: o.kafka,
      group: o.group,
      topics: o.topics,
      // What was ours before the session ran out is the new owner's to keep.
      owned: () => (this.#member.inSession() ? this.#assignment.owned() : {}),
      onJoined: (memberId, assigned) => this.#onJoined(memberId, assigned),
      onRebalancing: () => this.#onRebalancing(),
      onBack: () => this.#onBack(),
      onCrashed: () => this.#loseAll(),
      onEnded: (error) => this.#onEnded(error),
      onRecords: (fetched) => this.#onRecords(fetched),
    });
    this.#committer = createCommitter({
      partitions: () => this.#assignment,
      commit: (offsets) => this.#member.commit(offsets),
      onFailed: (error) => this.#onCommitFailed(error),
    });
    this.#stopWork = startWork(o, this.#queue);
    this.#unwatch = o.metrics?.watchLag(o.group, () => this.lag());
  }

  start(): Promise<void> {
    this.#state = "joining";
    return this.#member.start();
  }

  async stop(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    this.#state = "stopping";
    this.#queue.setOpen(false);
    this.#stopWork();
    for (const partition of this.#assignment) this.#setFetching(partition, false);
    while (this.#queue.inFlight > 0 && performance.now() < deadline - LEAVE_MS) await wait(10);
    this.#committer.close();
    await within(deadline - performance.now() - LEAVE_MS / 2, this.#committer.commitNow());
    this.#loseAll();
    this.#unwatch?.();
    // kafkajs may hang here; leaving is a courtesy that spares the others a session timeout.
    await within(Math.max(LEAVE_MS / 2, deadline - performance.now()), this.#member.leave());
  }

  ready(): boolean {
    return this.#state === "joined" && this.#member.fetches();
  }

  setPaused(topics: string[], paused: boolean): void {
    for (const topic of topics) {
      if (paused) this.#pausedTopics.add(topic);
      else this.#pausedTopics.delete(topic);
    }
    for (const partition of this.#assignment) {
      if (!topics.includes(partition.topic)) continue;
      partition.paused = paused;
      this.#feed.admit(partition);
      this.#queue.enqueue(partition);
    }
  }

  lookAgain(): void {
    for (const partition of this.#assignment) this.#feed.lookAgain(partition);
  }

  lag(): PartitionLag[] {
    return this.#assignment.lag();
  }

  #setFetching(partition: AssignedPartition, on: boolean): void {
    const fetching = on && this.#state !== "stopping";
    if (partition.fetching === fetching) return;
    partition.fetching = fetching;
    this.#member.setFetching(partition.topic, partition.partition, fetching);
  }

  #onRecords(fetched: Fetched): bigint | undefined {
    const { topic, partition, records } = fetched;
    const { group, metrics, logger } = this.#o;
    metrics?.consumed(group, topic, records.length);
    const assigned = this.#assignment.get(topic, partition);
    // Nothing kept: what arrives for a partition that is not ours is its owner's.
    if (assigned === undefined) return undefined;
    if (!assigned.isAnotherLog(records)) return this.#feed.offer(assigned, fetched);
    logger.error({ group, topic, partition }, "the log was cut or made anew, reading it afresh");
    this.#queue.drop(assigned);
    return this.#feed.offer(this.#assignment.renew(assigned), fetched);
  }

  #onJoined(memberId: string, assigned: Record<string, number[]>): void {
    const { group, metrics, logger } = this.#o;
    const { gained, lost } = this.#assignment.change(memberId, assigned);
    for (const partition of lost) this.#queue.drop(partition);
    for (const partition of gained) partition.paused = this.#pausedTopics.has(partition.topic);
    for (const partition of this.#assignment) {
      // kafkajs keeps pauses over some rejoins and forgets them over others: say them all.
      partition.fetching = undefined;
      this.#feed.admit(partition);
    }
    if (this.#state !== "stopping") this.#state = "joined";
    this.#queue.setOpen(this.#state === "joined");
    metrics?.rebalanced(group);
    logger.info({ group, gained: gained.length, lost: lost.length }, "joined the group");
    this.#tell(lost, gained);
  }

  #onRebalancing(): void {
    // Nothing new starts; what is finished is committed while this generation still may.
    this.#queue.setOpen(false);
    if (this.#state === "joined") this.#state = "joining";
    void this.#committer.commitNow();
  }

  #onBack(): void {
    if (this.#state === "joining") this.#state = "joined";
    this.#queue.setOpen(this.#state === "joined");
  }

  #onEnded(error: KafkaError): void {
    this.#loseAll();
    this.#o.onFatal(error);
  }

  #onCommitFailed(error: KafkaError): void {
    const { group, metrics, logger } = this.#o;
    const details = { group, code: error.code, error: error.message };
    if (error.kind === "rebalancing") logger.debug(details, "commit left to the next owner");
    else {
      metrics?.commitFailed(group);
      logger.warn(details, "commit failed, will repeat");
    }
  }

  #loseAll(): void {
    this.#queue.setOpen(false);
    if (this.#state === "joined") this.#state = "joining";
    const lost = this.#assignment.loseAll();
    for (const partition of lost) this.#queue.drop(partition);
    this.#tell(lost, []);
  }

  #tell(lost: AssignedPartition[], gained: AssignedPartition[]): void {
    const { group, logger, onRevoked, onAssigned } = this.#o;
    try {
      if (lost.length > 0) onRevoked?.(lost.map(toTopicPartition));
      if (gained.length > 0) onAssigned?.(gained.map(toTopicPartition));
    } catch (thrown) {
      logger.error({ group, error: String(thrown) }, "an assignment callback threw");
    }
  }
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
