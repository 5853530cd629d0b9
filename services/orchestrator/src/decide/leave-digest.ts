import type { SagaAnswer } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import type { End } from "./end-saga.ts";

/**
 * True when the saga's end has to wait until its item is out of its digest: the item may be in what has closed already.
 */
export function leaveDigest(draft: Draft, end: End): boolean {
  const { at } = draft.state;
  if (at?.digest === undefined || isLast(at.answer)) return false;
  const { outcome, reason, error } = end;
  if (at.digest.leaving === null) {
    const leaving = { outcome, reason, ...(error !== undefined && { error }) };
    draft.emit({ type: "leaving_digest", ...leaving });
    const ask = { kind: "digest_leave", digest: at.digest.id } as const;
    draft.emit({ type: "asked", step: at.step, ask });
  }
  return true;
}

/** Answers may overtake each other: nothing comes after the last, and a leader was a member before. */
export function isNewDigestAnswer(before: SagaAnswer | null, answer: SagaAnswer): boolean {
  return !isLast(before) && (before === null || answer.kind !== "digest_member");
}

const LAST: readonly SagaAnswer["kind"][] = ["digest_closed", "digest_collected", "digest_left"];

function isLast(answer: SagaAnswer | null): boolean {
  return answer !== null && LAST.includes(answer.kind);
}
