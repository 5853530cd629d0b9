import { type HeardEvent, MAX_SIGNAL_DATA_BYTES, type SignalEvent } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { endSaga } from "./end-saga.ts";
import { isMeant } from "./signals.ts";

/**
 * An event from upstream: it cancels the saga, or it is what `wait` steps listen for. The first one counts for a step,
 * also when it comes before the step is entered.
 */
export function takeEvent(draft: Draft, event: SignalEvent): void {
  const { steps, cancelOn = [] } = draft.saga.definition;
  if (cancelOn.some((signal) => isMeant(draft, signal, event))) {
    endSaga(draft, { outcome: "cancelled", reason: `cancelled by ${nameOf(event)}` });
    return;
  }
  for (const step of steps) {
    if (step.type !== "wait" || step.event === undefined) continue;
    if (draft.state.events[step.name] !== undefined || !isMeant(draft, step.event, event)) continue;
    draft.emit({ type: "event_heard", step: step.name, event: toKeep(event) });
  }
}

/** An event in a few words, for reasons. */
export function nameOf({ type, id }: Pick<SignalEvent, "type" | "id">): string {
  return `event ${type} ${id}`;
}

function toKeep(event: SignalEvent): HeardEvent {
  const isSmall = Buffer.byteLength(JSON.stringify(event.data)) <= MAX_SIGNAL_DATA_BYTES;
  return isSmall ? event : { ...event, data: {}, dataLeftOut: true };
}
