import { expect } from "vitest";
import type { Consumer } from "../consumer/consumer.ts";
import type { KafkaError } from "../client/error.ts";
import type { TestCluster } from "./test-cluster.ts";
import type { Task, TaskQueue } from "../consumer/work.ts";

const CAPACITY = 50;

export type TestGroup = {
  name: string;
  /** `partition/offset` to how often it was handled. */
  done: Map<string, number>;
  /** What each member has by its own account. */
  owned: Record<string, Set<number>>;
  fatal: KafkaError[];
  /** How often a record was handled again. */
  repeated(): number;
  /** A member whose tasks take 0 to 20 ms each, so that they finish out of order. */
  member(id: string): Consumer;
  /** Fails when an offset was committed past an unfinished record; answers the sum of them all. */
  commitsAreTrue(): Promise<number>;
};

/** Members of one group on one topic. */
export function createTestGroup(cluster: TestCluster, topic: string): TestGroup {
  const name = cluster.name("g");
  const done = new Map<string, number>();
  const owned: Record<string, Set<number>> = {};
  const fatal: KafkaError[] = [];

  function onDone({ record }: Task): void {
    const at = `${record.partition}/${record.offset}`;
    done.set(at, (done.get(at) ?? 0) + 1);
  }

  return {
    name,
    done,
    owned,
    fatal,
    repeated: () => [...done.values()].reduce((sum, times) => sum + times - 1, 0),
    member(id) {
      const owns = (owned[id] = new Set<number>());
      return cluster.consumer({
        group: name,
        topics: [topic],
        onAssigned: (partitions) => partitions.forEach(({ partition }) => owns.add(partition)),
        onRevoked: (partitions) => partitions.forEach(({ partition }) => owns.delete(partition)),
        onFatal: (error) => fatal.push(error),
        work: { kind: "tasks", take: slowWorker(onDone), capacity: CAPACITY },
      });
    },
    async commitsAreTrue() {
      const committed = await cluster.committed(name, topic);
      const untrue = committed.flatMap((end, partition) =>
        Array.from({ length: Math.max(0, end) }, (_, offset) => `${partition}/${offset}`).filter(
          (at) => !done.has(at),
        ),
      );
      expect(untrue).toEqual([]);
      return committed.reduce((sum, end) => sum + Math.max(0, end), 0);
    },
  };
}

function slowWorker(onDone: (task: Task) => void) {
  let running = 0;
  return (queue: TaskQueue): void => {
    function pull(): void {
      for (const task of queue.take(CAPACITY - running)) {
        running += 1;
        setTimeout(() => {
          running -= 1;
          if (!task.lost()) onDone(task);
          task.done();
          pull();
        }, Math.random() * 20);
      }
    }
    queue.onAvailable(pull);
  };
}
