import {
  ADHOC_SOURCE,
  ADHOC_TYPE,
  type AdhocEvent,
  CE,
  fanoutId,
  notificationId,
  recipientKey,
  type TopicNames,
} from "@pulsecourier/contracts";
import type { OutRecord, Receipt } from "@pulsecourier/kafka";
import { type Accepted, acceptedRecord } from "../accept-record.ts";

/** An ad-hoc event ready to be produced, and what the client is told of it. */
export type AcceptedNotification = {
  record: OutRecord;
  eventId: string;
  /** `to` is the recipient's id, or `inline:<hash>` for one without. */
  notifications: { id: string; to: string }[];
  /** One for each audience. */
  fanouts: { id: string; audience: string }[];
};

/** Derives the record and the notification ids; the router derives the same ids from the record. */
export function acceptNotification(
  event: AdhocEvent,
  eventId: string,
  at: { accepted: Accepted; names: TopicNames; idSecret: Buffer },
): AcceptedNotification {
  const { accepted, names, idSecret } = at;
  const attributes = { [CE.source]: ADHOC_SOURCE, [CE.type]: ADHOC_TYPE };
  const topic = names.events(event.lane);
  const record = acceptedRecord(
    { topic, id: eventId, attributes },
    Buffer.from(JSON.stringify(event)),
    accepted,
  );
  const { tenant, acceptedAt } = accepted;
  const of = { tenant, acceptedAt, source: ADHOC_SOURCE, eventId, rule: "" };
  const notifications = event.to.map((one) => {
    const recipient = recipientKey(one);
    return { id: notificationId(idSecret, { ...of, recipient }), to: recipient };
  });
  const fanouts = (event.audiences ?? []).map((audience) => ({
    id: fanoutId(idSecret, { ...of, audience }),
    audience,
  }));
  return { record, eventId, notifications, fanouts };
}

/** What the client gets once the record is acknowledged; `id` when there is exactly one notification. */
export function acceptedBody(
  { eventId, notifications, fanouts }: AcceptedNotification,
  receipt: Receipt | undefined,
) {
  const [first] = notifications;
  const id = notifications.length === 1 && fanouts.length === 0 ? first?.id : undefined;
  return {
    ...(id !== undefined && { id }),
    eventId,
    status: "accepted",
    receipt,
    notifications,
    ...(fanouts.length > 0 && { fanouts }),
  };
}
