import {
  type Channel,
  factId,
  factRecord,
  type FactType,
  type IdSecret,
  isDeliveryOf,
  type LifecycleFact,
  type TopicNames,
} from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT, type InRecord } from "@pulsecourier/kafka";
import type { DeliveryNames } from "./parse-work.ts";

/** The attempt a fact is about; `waits`, `hop` and `stops` only where they tell facts apart. */
export type FactAt = {
  redrive: number;
  attempt: number;
  waits?: number;
  hop?: number;
  stops?: readonly string[];
};

export type Facts = ReturnType<typeof createFacts>;

/** Facts about deliveries of one channel. The same fact about the same attempt has the same id. */
export function createFacts(o: { secret: IdSecret; channel: Channel; names: TopicNames }) {
  const { secret, channel, names } = o;
  function derive({ id, tenant }: DeliveryNames, what: string, at: FactAt): string {
    const { redrive, attempt, waits, hop, stops = [] } = at;
    const apart = [waits, hop].filter((count) => count !== undefined);
    const counts = [redrive, attempt, ...apart];
    return factId(secret, tenant, id, [what, ...counts.map(String), ...stops]);
  }
  return {
    /** What every fact of a delivery says; `at.ms` is when it happened. */
    about(type: FactType, delivery: DeliveryNames, at: FactAt & { ms: number }) {
      return {
        id: derive(delivery, type, at),
        at: new Date(at.ms).toISOString(),
        tenant: delivery.tenant,
        notificationId: delivery.notificationId,
        deliveryId: delivery.id,
        channel,
        attempt: at.attempt,
        redrive: at.redrive,
        ...(delivery.callback === undefined ? {} : { callback: delivery.callback }),
        ...(delivery.redirected === undefined ? {} : { redirected: delivery.redirected }),
      };
    },
    /** The fact as a record, in the trace of the record it came from. */
    record: (fact: LifecycleFact, cause: InRecord) =>
      factRecord(names.lifecycle, fact, cause.headers[HEADER_TRACEPARENT]),
    /** A stable id for the timer that brings an attempt back. */
    timerId: (delivery: DeliveryNames, { redrive, attempt, waits = 0 }: FactAt) =>
      derive(delivery, "timer", { redrive, attempt, waits }),
    /** An id for the timer of a record that is held: each time it is read anew another, since the last may still go. */
    heldId: ({ id, tenant }: DeliveryNames, { topic, partition, offset }: InRecord) =>
      factId(secret, tenant, id, ["held", topic, `${partition}:${offset}`]),
    /** True when the names belong together: nobody's facts are written for ids that were made up. */
    derives: ({ tenant, notificationId, id }: DeliveryNames) =>
      isDeliveryOf(secret, { tenant, notificationId, channel }, id),
  };
}
