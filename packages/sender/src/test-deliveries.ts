import { randomUUID } from "node:crypto";
import {
  type Channel,
  type DeliveryRecord,
  deliveryId,
  type IdSecret,
  type Lane,
  notificationId,
  type TopicNames,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Producer } from "@pulsecourier/kafka";

/** A maker of deliveries with ids as the platform makes them. */
export function deliveryMaker(secret: IdSecret, channel: Channel) {
  return (fields: Partial<DeliveryRecord> = {}): DeliveryRecord => {
    const tenant = fields.tenant ?? "default";
    const recipient = randomUUID();
    const acceptedAt = Date.now();
    const of = { tenant, acceptedAt, source: "/test", eventId: recipient, rule: "", recipient };
    const notification = notificationId(secret, of);
    return {
      id: deliveryId(secret, tenant, notification, channel),
      notificationId: notification,
      tenant,
      acceptedAt,
      eventId: recipient,
      channel,
      lane: "normal",
      category: null,
      sandbox: false,
      optOut: false,
      onUnknown: "at_least_once",
      address: "ada@example.com",
      recipient: { id: recipient },
      data: {},
      content: { subject: "Hello", text: "Hello" },
      ...fields,
    };
  };
}

/** Writes delivery records. */
export function deliveryWriter(producer: Producer, names: TopicNames, channel: Channel) {
  const record = (delivery: DeliveryRecord, headers: Record<string, string> = {}) => ({
    topic: names.deliveries(channel, delivery.lane),
    key: `${delivery.tenant}:${delivery.recipient.id ?? delivery.id}`,
    value: JSON.stringify(delivery),
    headers: { "ntf-id": delivery.id, ...headers },
  });
  return {
    /** To their lanes, `times` each. */
    async publish(
      deliveries: readonly DeliveryRecord[],
      o: { headers?: Record<string, string>; times?: number } = {},
    ) {
      const records = deliveries.map((delivery) => record(delivery, o.headers));
      for (let time = 0; time < (o.times ?? 1); time += 1) await producer.send(records);
    },
    publishTo: (topic: string, delivery: DeliveryRecord) =>
      producer.send([{ ...record(delivery), topic }]),
    publishRaw: (lane: Lane, value: string) =>
      producer.send([
        { topic: names.deliveries(channel, lane), key: "default:raw", value, headers: {} },
      ]),
  };
}

/** Reads and changes what the ledger holds of a delivery. */
export function ledgerOf({ kysely }: Db) {
  return {
    async row({ id }: { id: string }) {
      const rows = await kysely
        .selectFrom("ledger.deliveries")
        .selectAll()
        .where("id", "=", id)
        .execute();
      return rows[0];
    },
    /** As if the lease of the delivery's call had run out. */
    async endLease({ id }: { id: string }) {
      const lease_until = new Date(Date.now() - 1_000);
      await kysely
        .updateTable("ledger.deliveries")
        .set({ lease_until })
        .where("id", "=", id)
        .execute();
    },
    async cancel({ notificationId: notification_id, tenant }: DeliveryRecord) {
      await kysely.insertInto("ledger.tombstones").values({ notification_id, tenant }).execute();
    },
  };
}
