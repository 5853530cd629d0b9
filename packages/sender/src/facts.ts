import {
  CE,
  type Channel,
  deliveryId,
  factId,
  type FactType,
  type IdSecret,
  type TopicNames,
} from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import type { DeliveryNames } from "./parse-work.ts";

/** The attempt a fact is about; `waits` only where it tells facts apart. */
export type FactAt = { redrive: number; attempt: number; waits?: number };

export type Facts = ReturnType<typeof createFacts>;

/** Writes facts about deliveries of one channel. The same fact about the same attempt has the same id. */
export function createFacts(o: { secret: IdSecret; channel: Channel; names: TopicNames }) {
  return {
    /** `fields` are those the contract's `LifecycleFact` asks of `type` beyond the common ones. */
    of(
      type: FactType,
      delivery: DeliveryNames,
      at: FactAt & { ms: number },
      fields: object = {},
    ): OutRecord {
      const { tenant, notificationId, id: delivered } = delivery;
      const counts = [at.redrive, at.attempt, ...(at.waits === undefined ? [] : [at.waits])];
      const id = factId(o.secret, tenant, delivered, [type, ...counts.map(String)]);
      const fact = {
        type,
        id,
        at: new Date(at.ms).toISOString(),
        tenant,
        notificationId,
        deliveryId: delivered,
        channel: o.channel,
        attempt: at.attempt,
        redrive: at.redrive,
        ...fields,
      };
      return {
        topic: o.names.lifecycle,
        key: notificationId,
        value: JSON.stringify(fact),
        headers: {
          "content-type": "application/json",
          [CE.type]: type,
          [CE.id]: id,
          [CE.tenant]: tenant,
        },
      };
    },
    /** A stable id for the timer that brings an attempt back. */
    timerId: (delivery: DeliveryNames, at: FactAt) =>
      factId(
        o.secret,
        delivery.tenant,
        delivery.id,
        ["timer", at.redrive, at.attempt, at.waits ?? 0].map(String),
      ),
    /** True when the names belong together: nobody's facts are written for ids that were made up. */
    derives: (of: DeliveryNames) =>
      deliveryId(o.secret, of.tenant, of.notificationId, o.channel) === of.id,
  };
}
