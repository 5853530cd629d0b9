import type { Signal } from "@pulsecourier/contracts";
import { setLimit } from "./delay-step.ts";
import type { Draft } from "./draft.ts";
import { startKeyOf } from "./signals.ts";
import type { StepResult } from "./step-result.ts";
import { nameOf } from "./take-event.ts";

type EventWait = { name: string; within: string; otherwise: string; event: Signal };

/** Waits for an event; null while it does. Without a key of its own no event could be the one. */
export function awaitEvent(draft: Draft, step: EventWait): StepResult | null {
  const { name, within, event, otherwise: to } = step;
  const heard = draft.state.events[name];
  if (heard !== undefined) return { kind: "done", reason: `${nameOf(heard)} came` };
  if (startKeyOf(draft.saga, event, draft.conditions) === null) {
    return { kind: "done", reason: `what began it has no key to know ${event.on} by`, to };
  }
  if (draft.state.at?.limitPassed === true) {
    return { kind: "done", reason: `no ${event.on} came within ${within}`, to };
  }
  setLimit(draft, within);
  return null;
}
