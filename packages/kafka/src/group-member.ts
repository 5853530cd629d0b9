import kafkajs, { type Consumer as KafkaJsConsumer, type KafkaJSProtocolError } from "kafkajs";
import { openClient, type Kafka } from "./connection.ts";
import { KafkaError } from "./error.ts";
import { toFetched, type Fetched } from "./fetched.ts";
import { toKafkaError } from "./kafkajs-error.ts";
import { stickyAssigner } from "./sticky-assigner.ts";
import { watchSilence, type SilenceWatch } from "./watch-silence.ts";

export type GroupMemberOptions = {
  kafka: Kafka;
  group: string;
  topics: string[];
  /** What this member has now: topic to partitions. */
  owned: () => Record<string, number[]>;
  /** A new assignment: topic to partitions. Another member id means that nothing was kept. */
  onJoined: (memberId: string, assignment: Record<string, number[]>) => void;
  /** The assignment is about to change. */
  onRebalancing: () => void;
  /** A heartbeat was answered after the session had been in doubt. */
  onBack: () => void;
  /** Everything was lost; the member joins again by itself. */
  onCrashed: () => void;
  /** The member is gone for good. */
  onEnded: (error: KafkaError) => void;
  /** Answers the offset up to which the records are kept. Must not throw. */
  onRecords: (fetched: Fetched) => bigint | undefined;
};

export type Commit = { topic: string; partition: number; offset: string };

/** A member killed is noticed by the others within this. */
const SESSION_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** For some 15 s, in which a single broker has started again: giving up costs the assignment. */
const RETRIES = 20;
/** Every fetch, join and restart is a sign of life; without one for this long kafkajs hangs. */
const SILENCE_MS = 120_000;
const HEARTBEAT_MS = 3_000;
/** Without an answered heartbeat for this long the coordinator is gone or hangs. */
const COORDINATOR_STALE_MS = 1.5 * HEARTBEAT_MS;
/** How long it may stay so while others deliver: after a cut of all brokers it needs a moment too. */
const COORDINATOR_GRACE_MS = 1_000;
/** A fetch ends within 250 ms when the broker answers. */
const FETCH_STALE_MS = 5_000;

/** kafkajs as a fetcher: hands over what it reads and never waits for work, so it always heartbeats. */
export class GroupMember {
  readonly #o: GroupMemberOptions;
  readonly #client: KafkaJsConsumer;
  #life: SilenceWatch | undefined;
  #running = false;
  #heartAt = Number.NEGATIVE_INFINITY;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** The first batch that came without a heartbeat being answered lately. */
  #staleSince: number | undefined;

  constructor(o: GroupMemberOptions) {
    this.#o = o;
    const kafka = openClient(o.kafka, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: RETRIES });
    this.#client = kafka.consumer({
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
    this.#listen();
  }

  /** Resolves when the group has been joined; rejects with a KafkaError. */
  async start(): Promise<void> {
    this.#running = true;
    this.#life = watchSilence(SILENCE_MS, () => this.#end(stalled(this.#o.group)));
    try {
      await this.#client.connect();
      await this.#client.subscribe({ topics: this.#o.topics, fromBeginning: true });
      await this.#client.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: ({ batch, resolveOffset }) => {
          if (this.#coordinatorIsGone()) return Promise.reject(rejoin());
          const kept = this.#o.onRecords(toFetched(batch));
          if (kept !== undefined) resolveOffset(kept.toString());
          return Promise.resolve();
        },
      });
    } catch (thrown) {
      await this.leave();
      throw toKafkaError(thrown);
    }
  }

  /** True while the broker answers. */
  fetches(): boolean {
    return performance.now() - this.#fetchedAt < FETCH_STALE_MS;
  }

  /** False when the broker has heard nothing for so long that others may own our partitions. */
  inSession(): boolean {
    return this.#silentFor() < SESSION_MS;
  }

  /** Asked for each batch. */
  #coordinatorIsGone(): boolean {
    if (this.#silentFor() < COORDINATOR_STALE_MS) this.#staleSince = undefined;
    else this.#staleSince ??= performance.now();
    return performance.now() - (this.#staleSince ?? Infinity) > COORDINATOR_GRACE_MS;
  }

  #silentFor(): number {
    return performance.now() - this.#heartAt;
  }

  async commit(offsets: Commit[]): Promise<void> {
    try {
      await this.#client.commitOffsets(offsets);
    } catch (thrown) {
      throw toKafkaError(thrown);
    }
  }

  setFetching(topic: string, partition: number, on: boolean): void {
    if (!this.#running) return;
    const partitions = [{ topic, partitions: [partition] }];
    try {
      if (on) this.#client.resume(partitions);
      else this.#client.pause(partitions);
    } catch {
      // Between a crash and its restart kafkajs has nothing to pause; the next assignment says anew
      // what is fetched.
    }
  }

  async leave(): Promise<void> {
    this.#running = false;
    this.#life?.stop();
    await this.#client.disconnect();
  }

  #listen(): void {
    const { GROUP_JOIN, REBALANCING, CRASH, FETCH_START, FETCH, HEARTBEAT } = this.#client.events;
    this.#client.on(FETCH_START, () => this.#life?.sign());
    this.#client.on(FETCH, () => {
      this.#fetchedAt = performance.now();
    });
    this.#client.on(HEARTBEAT, () => {
      const wasOut = !this.inSession();
      this.#heartAt = performance.now();
      if (wasOut && this.#running) this.#o.onBack();
    });
    this.#client.on(GROUP_JOIN, ({ payload }) => {
      this.#life?.sign();
      this.#heartAt = this.#fetchedAt = performance.now();
      if (this.#running) this.#o.onJoined(payload.memberId, payload.memberAssignment);
    });
    this.#client.on(REBALANCING, () => {
      this.#life?.sign();
      if (this.#running) this.#o.onRebalancing();
    });
    this.#client.on(CRASH, ({ payload }) => {
      this.#life?.sign();
      if (!this.#running) return;
      this.#o.onCrashed();
      if (!payload.restart) this.#end(crashed(this.#o.group, payload.error));
    });
  }

  #end(error: KafkaError): void {
    this.#life?.stop();
    if (this.#running) this.#o.onEnded(error);
    this.#running = false;
  }
}

/**
 * Makes kafkajs look for the coordinator and join again as the member it is. By itself it would ask
 * the broker that is gone until its retries are used up, then come back as another member, which
 * the group lets in when the session of the first has run out.
 */
function rejoin(): KafkaJSProtocolError {
  const cause = new Error("The group coordinator does not answer, re-joining");
  const asTold = { type: "REBALANCE_IN_PROGRESS", code: 27, retriable: false };
  // kafkajs spreads its errors into its exports, where Node sees no names to import.
  return new kafkajs.KafkaJSProtocolError(Object.assign(cause, asTold));
}

function crashed(group: string, cause: Error): KafkaError {
  return new KafkaError({
    code: "consumer_ended",
    kind: "fatal",
    message: `The consumer of ${group} gave up: ${cause.message}. Restart the process.`,
    cause,
  });
}

function stalled(group: string): KafkaError {
  return new KafkaError({
    code: "consumer_stalled",
    kind: "fatal",
    message: `The consumer of ${group} gave no sign for ${SILENCE_MS} ms. Restart the process.`,
  });
}
