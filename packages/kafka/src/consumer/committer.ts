import type { AssignedPartition } from "./assigned-partition.ts";
import type { KafkaError } from "../client/error.ts";
import type { Commit } from "./group-member.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";

export type CommitterOptions = {
  partitions: () => Iterable<AssignedPartition>;
  commit: (offsets: Commit[]) => Promise<void>;
  onFailed: (error: KafkaError) => void;
};

export type Committer = {
  /** Commits each partition's finished prefix; never rejects. */
  commitNow(): Promise<void>;
  close(): void;
};

const INTERVAL_MS = 500;

/** Commits finished prefixes twice a second. A failed commit is repeated by the next round. */
export function createCommitter(o: CommitterOptions): Committer {
  let committing = false;
  const timer = setInterval(() => {
    if (!committing) void commitNow();
  }, INTERVAL_MS);

  async function commitNow(): Promise<void> {
    const due = [...o.partitions()].flatMap((partition) => {
      const position = partition.tracker.position;
      const isNew = position !== undefined && position !== partition.committed;
      return isNew && !partition.lost ? [{ partition, position }] : [];
    });
    if (due.length === 0) return;
    committing = true;
    try {
      await o.commit(
        due.map(({ partition: { topic, partition }, position }) => ({
          topic,
          partition,
          offset: position.toString(),
        })),
      );
      for (const { partition, position } of due) partition.committed = position;
    } catch (thrown) {
      o.onFailed(toKafkaError(thrown));
    } finally {
      committing = false;
    }
  }

  return { commitNow, close: () => clearInterval(timer) };
}
