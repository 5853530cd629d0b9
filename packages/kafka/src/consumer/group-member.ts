import { setTimeout as delay } from "node:timers/promises";
import kafkajs, { type Consumer as KafkaJsConsumer, type KafkaJSProtocolError } from "kafkajs";
import type { Kafka } from "../client/connection.ts";
import { KafkaError } from "../client/error.ts";
import { toFetched, type Fetched } from "./fetched.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";
import { HEARTBEAT_MS, openGroupClient, SESSION_MS } from "./open-group-client.ts";
import { watchSilence, type SilenceWatch } from "../client/watch-silence.ts";

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
  /**
   * A heartbeat was answered after the session had been in doubt, or after a rebalance that came to
   * nothing: what was assigned still is.
   */
  onBack: () => void;
  /** Everything was lost; the member joins again by itself, for as long as it takes. */
  onCrashed: () => void;
  /** The member is gone for good. */
  onEnded: (error: KafkaError) => void;
  /** Answers the offset up to which the records are kept. Must not throw. */
  onRecords: (fetched: Fetched) => bigint | undefined;
};

export type Commit = { topic: string; partition: number; offset: string };

/** Every fetch, join and restart is a sign of life; without one for this long kafkajs hangs. */
const SILENCE_MS = 120_000;
/** Before another client is tried; each tries for many seconds by itself. */
const RENEW_AFTER_MS = 1_000;
/** Without an answered heartbeat for this long the coordinator is gone or hangs. */
const COORDINATOR_STALE_MS = 1.5 * HEARTBEAT_MS;
/** How long it may stay so while others deliver: after a cut of all brokers it needs a moment too. */
const COORDINATOR_GRACE_MS = 1_000;
/** A fetch ends within 250 ms when the broker answers. */
const FETCH_STALE_MS = 5_000;

/**
 * kafkajs as a fetcher: hands over what it reads and never waits for work, so it always heartbeats. Where kafkajs gives
 * up because the broker is away, a new client takes its place, however long that lasts.
 */
export class GroupMember {
  readonly #o: GroupMemberOptions;
  #client: KafkaJsConsumer;
  #life: SilenceWatch | undefined;
  #running = false;
  #heartAt = Number.NEGATIVE_INFINITY;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** From a rebalance's announcement until the group is joined, or the old generation goes on. */
  #rejoin: "joining" | "fetching again" | undefined;
  /** The first batch that came without a heartbeat being answered lately. */
  #staleSince: number | undefined;

  constructor(o: GroupMemberOptions) {
    this.#o = o;
    this.#client = this.#open();
  }

  /** Resolves when the group has been joined; rejects with a KafkaError. */
  async start(): Promise<void> {
    this.#running = true;
    try {
      await this.#join(this.#client);
    } catch (thrown) {
      await this.leave();
      throw toKafkaError(thrown);
    }
  }

  #open(): KafkaJsConsumer {
    const client = openGroupClient(this.#o);
    this.#listen(client);
    return client;
  }

  async #join(client: KafkaJsConsumer): Promise<void> {
    this.#life = watchSilence(SILENCE_MS, () => this.#renew(`no sign for ${SILENCE_MS} ms`));
    await client.connect();
    await client.subscribe({ topics: this.#o.topics, fromBeginning: true });
    if (!this.#isOurs(client)) return;
    await client.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: ({ batch, resolveOffset }) => {
        if (!this.#isOurs(client) || this.#coordinatorIsGone()) return Promise.reject(rejoin());
        const kept = this.#o.onRecords(toFetched(batch));
        if (kept !== undefined) resolveOffset(kept.toString());
        return Promise.resolve();
      },
    });
  }

  /** Leaves the client to its end and joins with another. */
  #renew(reason: string): void {
    if (!this.#running) return;
    const { kafka, group } = this.#o;
    kafka.logger.warn({ group, reason }, "the consumer gave up, joining anew");
    this.#life?.stop();
    this.#o.onCrashed();
    // It may hang; what it still does is no longer listened to.
    void this.#client.disconnect().catch((thrown: unknown) => {
      kafka.logger.debug({ group, error: String(thrown) }, "an old client did not disconnect");
    });
    this.#client = this.#open();
    void this.#joinSoon(this.#client);
  }

  async #joinSoon(client: KafkaJsConsumer): Promise<void> {
    await delay(RENEW_AFTER_MS);
    if (!this.#isOurs(client)) return;
    try {
      await this.#join(client);
    } catch (thrown) {
      if (this.#isOurs(client)) this.#recover(thrown);
    }
  }

  #recover(thrown: unknown): void {
    const error = toKafkaError(thrown);
    if (error.kind === "fatal") this.#end(crashed(this.#o.group, error));
    else this.#renew(error.message);
  }

  #isOurs(client: KafkaJsConsumer): boolean {
    return this.#running && client === this.#client;
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

  #listen(client: KafkaJsConsumer): void {
    const { GROUP_JOIN, REBALANCING, CRASH, FETCH_START, FETCH, HEARTBEAT } = client.events;
    const isOurs = () => this.#isOurs(client);
    client.on(FETCH_START, () => {
      if (!isOurs()) return;
      this.#life?.sign();
      if (this.#rejoin === "joining") this.#rejoin = "fetching again";
    });
    client.on(FETCH, () => {
      if (isOurs()) this.#fetchedAt = performance.now();
    });
    client.on(HEARTBEAT, () => {
      if (isOurs()) this.#onHeartbeat();
    });
    client.on(GROUP_JOIN, ({ payload }) => {
      if (!isOurs()) return;
      this.#life?.sign();
      this.#heartAt = this.#fetchedAt = performance.now();
      this.#rejoin = undefined;
      this.#o.onJoined(payload.memberId, payload.memberAssignment);
    });
    client.on(REBALANCING, () => {
      if (!isOurs()) return;
      this.#life?.sign();
      this.#rejoin = "joining";
      this.#o.onRebalancing();
    });
    client.on(CRASH, ({ payload }) => {
      if (!isOurs()) return;
      this.#life?.sign();
      if (payload.restart) this.#o.onCrashed();
      else this.#recover(payload.error);
    });
  }

  /**
   * A coordinator that is still loading fails the join, and kafkajs fetches on; by its next
   * heartbeat the group may stand as before, and no join follows.
   */
  #onHeartbeat(): void {
    const wasInDoubt = !this.inSession() || this.#rejoin === "fetching again";
    this.#heartAt = performance.now();
    if (!wasInDoubt || this.#rejoin === "joining") return;
    this.#rejoin = undefined;
    this.#o.onBack();
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
