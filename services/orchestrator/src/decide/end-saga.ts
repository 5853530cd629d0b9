import {
  ERRORS,
  type FactError,
  isOfDelivery,
  type SagaOutcome,
  type SagaState,
} from "@pulsecourier/contracts";
import { closeReservations } from "./close-reservations.ts";
import { compensate } from "./compensate.ts";
import type { Draft } from "./draft.ts";
import { leaveDigest } from "./leave-digest.ts";
import { isPastPivot } from "./pivot.ts";
import { hasReached } from "./reached.ts";

export type End = {
  outcome: SagaOutcome;
  reason: string;
  error?: FactError | undefined;
  carriedBy?: string | undefined;
};

/**
 * Ends the saga. What of it has not been sent, or not even been routed, is forbidden for good: redrives, too. Short of
 * the pivot, an end that is no success first undoes what can be undone.
 */
export function endSaga(draft: Draft, end: End): void {
  if (leaveDigest(draft, end)) return;
  const { unrouted, deliveries, compensations } = draft.state;
  const seal = unrouted.length > 0 || !deliveries.every((one) => hasReached(one, "sent"));
  const undoes = compensations.some(({ status }) => status === "registered");
  if (end.outcome === "completed" || !undoes || isPastPivot(draft)) {
    closeReservations(draft, end.outcome === "completed");
    draft.emit({ type: "ended", ...plain(end), seal });
    return;
  }
  draft.emit({ type: "compensating", ...plain(end), seal });
  settle(draft);
}

/** Ends a saga that is compensating, once nothing is left to undo. */
export function settle(draft: Draft): void {
  const { compensating } = draft.state;
  // It was sealed when it began.
  if (compensating !== null && compensate(draft)) {
    draft.emit({ type: "ended", ...(notUndone(draft.state) ?? compensating), seal: false });
  }
}

/** The end of a saga that could not undo all that it should have; null when it could. */
function notUndone({ compensations, compensating }: SagaState) {
  const failed = compensations.filter(isOfDelivery).filter(({ status }) => status === "failed");
  const [first] = failed;
  if (first === undefined) return null;
  const each = failed.map(({ kind, channel, step }) => `${kind} ${channel} of ${step}`).join(", ");
  const reason = `${compensating?.reason}; failed: ${each}`;
  return plain({ outcome: "compensation_failed", reason, error: first.error });
}

function plain({ outcome, reason, error, carriedBy }: End) {
  const why = { outcome, reason, ...(error !== undefined && { error }) };
  return { ...why, ...(carriedBy !== undefined && { carriedBy }) };
}

/** The end of a saga that reached nobody: what its notification then is, and the error that tells why. */
export function endOfFailure({ deliveries, skipped }: SagaState, reason: string): End {
  const all = (status: string) => deliveries.every((one) => one.status === status);
  if (deliveries.length === 0) return neverSent(skipped, reason);
  if (all("expired")) return { outcome: "expired", reason };
  if (all("cancelled")) return { outcome: "cancelled", reason };
  const error =
    deliveries.findLast((one) => one.error !== undefined)?.error ?? skipped.at(-1)?.error;
  return { outcome: "failed", reason, error };
}

/** The end of a saga that is not to send any more: what it has sent counts. */
export function endOfDrop(
  { deliveries }: SagaState,
  { reason, error, carriedBy }: { reason: string; error: FactError; carriedBy?: string },
): End {
  const hasSent = deliveries.some((one) => hasReached(one, "sent"));
  return hasSent
    ? { outcome: "completed", reason, carriedBy }
    : { outcome: "suppressed", reason, error, carriedBy };
}

function neverSent(skipped: SagaState["skipped"], reason: string): End {
  const [first] = skipped;
  const isSame = skipped.every(({ error }) => error.code === first?.error.code);
  const error = first !== undefined && isSame ? first.error : noChannel(skipped);
  // A template without the channel is a mistake of the sender, not a wish of the recipient.
  const outcome = error.code === "channel_not_in_template" ? "failed" : "suppressed";
  return { outcome, reason, error };
}

function noChannel(skipped: SagaState["skipped"]): FactError {
  const each = skipped.map(({ channel, error }) => `${channel}: ${error.code}`).join(", ");
  const { class: errorClass } = ERRORS.no_channel;
  return { code: "no_channel", class: errorClass, message: `No channel was left: ${each}` };
}
