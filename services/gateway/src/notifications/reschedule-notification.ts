import {
  factId,
  factRecord,
  type LifecycleFact,
  MAX_SCHEDULE_MS,
  PulseError,
  Reschedule,
} from "@pulsecourier/contracts";
import { formatTraceparent } from "@pulsecourier/observability";
import { keepAttachments } from "../attachments/attachment-row-store.ts";
import { keptFrom } from "../attachments/kept-from.ts";
import { route } from "../http/route.ts";
import { CLOCK_SKEW_MS } from "./clock-skew.ts";
import { requireOwnId, toView } from "./get-notification.ts";
import { moveTimer } from "./move-timer.ts";
import { readView } from "./notification-store.ts";

/**
 * `PATCH /v1/notifications/{id}`: 200 once the notification waits for another time and no longer for the one it had;
 * 409 when it is being sent or never waited. Others of the same request stay where they are.
 */
export const rescheduleNotification = route({
  method: "patch",
  path: "/v1/notifications/:id",
  scope: "send",
  body: Reschedule,
  handler: async ({ tenant, trace, params: { id }, body }, context) => {
    const { db, secrets, names, config } = context;
    requireOwnId(secrets.ids, tenant, id);
    const text = await readView(db, tenant, id);
    if (text === null) throw new PulseError("unavailable", NOT_ROUTED, { retryAfterSeconds: 1 });
    const { status, eventId, recipient, expiresAt } = toView(text);
    if (status !== "scheduled" || recipient === undefined)
      throw new PulseError("reschedule_too_late");
    const sendAt = new Date(body.sendAt);
    checkSendAt(sendAt.getTime(), expiresAt);
    const keep = (ids: string[]) =>
      keepAttachments(db, { tenant, ids, until: keptFrom(sendAt.getTime(), config) });
    const fact = rescheduledFact(secrets.ids, { tenant, id, sendAt });
    const isMoved = await moveTimer(db, {
      secret: secrets.ids,
      tenant,
      notification: { id, eventId, recipient },
      sendAt,
      keep,
      record: factRecord(names.lifecycle, fact, formatTraceparent(trace)),
    });
    if (!isMoved) throw new PulseError("reschedule_too_late");
    context.nudgeOutbox();
    return { status: 200, body: { id, status: "scheduled", sendAt: sendAt.toISOString() } };
  },
});

const NOT_ROUTED = "It was accepted a moment ago and is not routed yet; repeat the request.";

function checkSendAt(sendAt: number, expiresAt: string | undefined): void {
  const now = Date.now();
  if (sendAt < now - CLOCK_SKEW_MS) throw invalid("lies in the past");
  if (sendAt > now + MAX_SCHEDULE_MS) throw invalid("lies more than a year ahead");
  if (expiresAt !== undefined && Date.parse(expiresAt) <= sendAt)
    throw invalid("is not before its `expiresAt`");
}

function invalid(detail: string): PulseError {
  return new PulseError("invalid_request", undefined, {
    problems: [{ pointer: "/sendAt", detail }],
  });
}

/** Each move is a fact of its own, back to a time it had before, too. */
function rescheduledFact(
  secret: Buffer,
  of: { tenant: string; id: string; sendAt: Date },
): LifecycleFact {
  const type = "notification.rescheduled";
  const [at, sendAt] = [new Date().toISOString(), of.sendAt.toISOString()];
  const id = factId(secret, of.tenant, of.id, [type, sendAt, at]);
  return { type, id, at, tenant: of.tenant, notificationId: of.id, sendAt };
}
