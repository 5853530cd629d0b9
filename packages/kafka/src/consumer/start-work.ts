import { BatchRunner } from "./batch-runner.ts";
import type { ConsumerOptions } from "./consumer.ts";
import type { WorkOptions } from "./work.ts";
import type { WorkQueue } from "./work-queue.ts";

const DEFAULT_CAPACITY = 256;

/** Most records out at once. */
export function capacityOf(work: WorkOptions): number {
  if (work.kind === "tasks") return work.capacity ?? DEFAULT_CAPACITY;
  return work.maxRecords * (work.concurrency ?? 1);
}

/** Connects the queue to whoever works on it; answers how to end the waits of rejected batches. */
export function startWork(
  o: Pick<ConsumerOptions, "work" | "group" | "logger" | "metrics">,
  queue: WorkQueue,
): () => void {
  if (o.work.kind === "tasks") {
    o.work.take(queue);
    return () => undefined;
  }
  const runner = new BatchRunner({
    queue,
    work: o.work,
    onFailed(thrown, attempt) {
      o.metrics?.handlerFailed(o.group);
      const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      o.logger.error({ group: o.group, attempt, error }, "batch failed, will repeat");
    },
  });
  return () => runner.stop();
}
