import type { Compensation } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { hasReached } from "./reached.ts";

/**
 * At a saga's end without anything to undo: what it reserved is used up when it completed, or when something had been
 * sent by then. What nobody has granted yet is given back in any case.
 */
export function closeReservations(draft: Draft, hasCompleted: boolean): void {
  const { deliveries, compensations, at } = draft.state;
  const isUsed = hasCompleted || deliveries.some((one) => hasReached(one, "sent"));
  for (const one of compensations.filter(isOpenReservation)) {
    const isGranted = one.step !== at?.step || at.answer !== null;
    const how = isUsed && isGranted ? "settled" : "released";
    draft.emit({ type: "reservation_closed", step: one.step, how });
  }
}

function isOpenReservation(one: Compensation): one is Compensation & { kind: "release" } {
  return one.kind === "release" && one.status === "registered";
}
