import { notificationId, type NotificationSummary } from "@pulsecourier/contracts";
import { deadLetter, type OutRecord } from "@pulsecourier/kafka";
import { factError } from "../decide/choose-channels.ts";
import type { PromisedNotifications, RefusedRecord } from "./event.ts";
import type { RoutingContext } from "../decide/intent.ts";
import { notificationFact } from "../route/notification-fact.ts";

/** The dead letter of a record, and the end of every notification known to be lost with it. */
export function refuseRecord(
  refused: RefusedRecord,
  context: RoutingContext & { group: string },
): OutRecord[] {
  const { record, reason, code, message, ends } = refused;
  const topic = context.topics.dlq(record.topic);
  const letter = deadLetter(record, { group: context.group, topic, reason, code, message });
  return ends === null ? [letter] : [letter, ...failPromised(ends, refused, context)];
}

function failPromised(
  { event, acceptedAt, recipientKeys }: PromisedNotifications,
  { code, message }: RefusedRecord,
  context: RoutingContext,
): OutRecord[] {
  const { tenant, id: eventId, source, lane, traceparent } = event;
  return recipientKeys.map((recipient) => {
    const notification = { tenant, acceptedAt, source, eventId, rule: "", recipient };
    const summary: NotificationSummary = {
      eventId,
      source,
      recipient,
      category: null,
      lane,
      channels: [],
      acceptedAt: new Date(acceptedAt).toISOString(),
      sandbox: false,
    };
    const about = {
      tenant,
      notificationId: notificationId(context.secret, notification),
      traceparent,
    };
    const error = factError(code, message);
    return notificationFact(about, { type: "notification.failed", summary, error }, context);
  });
}
