import type * as kafka from "@pulsecourier/kafka";

type Kafka = typeof kafka;

/** Ways to be careless with records that a process could have. */
export type Carelessness = {
  /** An offset is committed when its record is taken, not when it is finished. */
  commitsEarly: boolean;
  /** A dead letter counts as written while it is still in the memory of the process. */
  forgetsDeadLetters: boolean;
};

/** The kafka package as a careless process would have it, as long as it is told to be. */
export function carelessKafka(original: Kafka, careless: Carelessness): Kafka {
  return {
    ...original,
    createConsumer: (options) =>
      original.createConsumer(
        careless.commitsEarly ? { ...options, work: early(options.work) } : options,
      ),
    createProducer: async (options) => {
      const producer = await original.createProducer(options);
      const isForgotten = ({ topic }: kafka.OutRecord) =>
        careless.forgetsDeadLetters && topic.includes(".dlq.");
      return {
        ...producer,
        send: (records) => producer.send(records.filter((record) => !isForgotten(record))),
      };
    },
  };
}

function early(work: kafka.WorkOptions): kafka.WorkOptions {
  if (work.kind !== "tasks") return work;
  return {
    ...work,
    take: (queue) =>
      work.take({
        onAvailable: (callback) => queue.onAvailable(callback),
        take: (n) => queue.take(n).map(finished),
      }),
  };
}

function finished(task: kafka.Task): kafka.Task {
  task.done();
  const nothing = () => undefined;
  return {
    record: task.record,
    lost: () => task.lost(),
    setAside: nothing,
    resume: nothing,
    done: nothing,
  };
}
