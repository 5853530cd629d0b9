import { AssignedPartition } from "./assigned-partition.ts";
import type { PartitionLag } from "../metrics/metrics.ts";

/** What a new assignment changed. */
export type AssignmentChange = { gained: AssignedPartition[]; lost: AssignedPartition[] };

/** The partitions that are ours. */
export class Assignment {
  readonly #partitions = new Map<string, AssignedPartition>();
  #memberId: string | undefined;

  [Symbol.iterator](): Iterator<AssignedPartition> {
    return this.#partitions.values();
  }

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.#partitions.get(`${topic}/${partition}`);
  }

  /**
   * A partition kept under the same member id goes on as it is, work in flight included. Under
   * another id the member was out of the group and may have missed owners in between.
   */
  change(memberId: string, assigned: Record<string, number[]>): AssignmentChange {
    const wanted = new Map<string, AssignedPartition>();
    for (const [topic, numbers] of Object.entries(assigned)) {
      for (const number of numbers) {
        const kept = memberId === this.#memberId ? this.get(topic, number) : undefined;
        if (kept !== undefined) kept.repeats = true;
        wanted.set(`${topic}/${number}`, kept ?? new AssignedPartition(topic, number));
      }
    }
    const before = [...this.#partitions.values()];
    const after = [...wanted.values()];
    const lost = before.filter((p) => wanted.get(`${p.topic}/${p.partition}`) !== p);
    const gained = after.filter((p) => !before.includes(p));
    for (const partition of lost) partition.lose();
    this.#partitions.clear();
    for (const [name, partition] of wanted) this.#partitions.set(name, partition);
    this.#memberId = memberId;
    return { gained, lost };
  }

  /** Forgets what is known of a partition and begins anew with it. */
  renew(partition: AssignedPartition): AssignedPartition {
    const fresh = new AssignedPartition(partition.topic, partition.partition);
    fresh.paused = partition.paused;
    fresh.fetching = partition.fetching;
    partition.lose();
    this.#partitions.set(`${fresh.topic}/${fresh.partition}`, fresh);
    return fresh;
  }

  loseAll(): AssignedPartition[] {
    const { lost } = this.change("", {});
    this.#memberId = undefined;
    return lost;
  }

  /** Topic to partitions. */
  owned(): Record<string, number[]> {
    const owned: Record<string, number[]> = {};
    for (const { topic, partition } of this) (owned[topic] ??= []).push(partition);
    return owned;
  }

  lag(): PartitionLag[] {
    const now = Date.now();
    return [...this].map(({ topic, partition, lag, tracker, held, waitsUntil }) => {
      const next = waitsUntil === undefined ? held.peek()?.timestamp : undefined;
      const since = tracker.oldestSince ?? next;
      const oldestAgeMs = since === undefined ? 0 : Math.max(0, now - since);
      return { topic, partition, records: lag, oldestAgeMs };
    });
  }
}
