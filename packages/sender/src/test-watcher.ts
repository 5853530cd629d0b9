import { type FactType, LifecycleFact, type TopicNames } from "@pulsecourier/contracts";
import { createConsumer, type InRecord, type Kafka } from "@pulsecourier/kafka";
import { eventually } from "@pulsecourier/testkit";

type OfType<T extends FactType> = Extract<LifecycleFact, { type: T }>;

/** Collects what senders write: facts, dead letters, and records parked in retry tiers. */
export async function watchRecords(o: {
  kafka: Kafka;
  group: string;
  topics: string[];
  names: TopicNames;
}) {
  const facts: LifecycleFact[] = [];
  // Tests ask for thousands at once.
  const byNotification = new Map<string, LifecycleFact[]>();
  const letters: InRecord[] = [];
  const parked: InRecord[] = [];
  function keep(record: InRecord): void {
    if (record.topic.includes(".dlq.")) letters.push(record);
    else if (record.topic.includes(".retry.")) parked.push(record);
    else keepFact(LifecycleFact.parse(JSON.parse(String(record.value))));
  }
  function keepFact(fact: LifecycleFact): void {
    facts.push(fact);
    const { notificationId: id } = fact;
    if (id !== undefined) byNotification.set(id, [...of(id), fact]);
  }
  const of = (id: string): LifecycleFact[] => byNotification.get(id) ?? [];
  const consumer = createConsumer({
    ...o,
    work: {
      kind: "batch",
      maxRecords: 1_000,
      handle: (records) => {
        for (const record of records) keep(record);
        return Promise.resolve();
      },
    },
    logger: o.kafka.logger,
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  await eventually(() => consumer.ready());
  const ofDelivery = (records: InRecord[], { id }: { id: string }) =>
    eventually(() => records.find(({ headers }) => headers["ntf-id"] === id) ?? null).then(present);

  return {
    facts,
    letters,
    parked,
    factsOf: (delivery: { notificationId: string }) => of(delivery.notificationId),
    /** The first fact of a type about the delivery, once there is one. */
    factOf<T extends FactType>(delivery: { notificationId: string }, type: T): Promise<OfType<T>> {
      const wanted = (fact: LifecycleFact): fact is OfType<T> => fact.type === type;
      return eventually(() => of(delivery.notificationId).find(wanted) ?? null).then(present);
    },
    /** The first dead letter of the delivery, once there is one. */
    letterOf: (delivery: { id: string }) => ofDelivery(letters, delivery),
    /** The first of its records in a retry tier, once there is one. */
    parkedOf: (delivery: { id: string }) => ofDelivery(parked, delivery),
    stop: () => consumer.stop(2_000),
  };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error("nothing was found");
  return value;
}
