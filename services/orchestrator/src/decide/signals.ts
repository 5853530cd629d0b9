import { readSignalKey } from "@pulsecourier/catalog";
import type { Signal, SignalEvent, WorkflowDefinition } from "@pulsecourier/contracts";
import { beganWith } from "./began-with.ts";
import type { Conditions } from "./conditions.ts";
import type { Draft } from "./draft.ts";
import type { Saga } from "./saga.ts";

/** The key by which a saga listens for a signal; null when the event it began with has none. */
export function startKeyOf(saga: Pick<Saga, "request">, signal: Signal, conditions: Conditions) {
  const { key, startKey = key } = signal;
  return readSignalKey(conditions(startKey, { event: beganWith(saga) }));
}

/** True when the event is the one the signal means, for this saga. The one it began with never is. */
export function isMeant({ saga, conditions }: Draft, signal: Signal, event: SignalEvent): boolean {
  const start = beganWith(saga);
  if (event.type !== signal.on) return false;
  if (event.id === start.id && event.source === start.source) return false;
  const key = readSignalKey(conditions(signal.key, { event }));
  if (key === null || key !== startKeyOf(saga, signal, conditions)) return false;
  if (signal.when === undefined) return true;
  const holds = conditions(signal.when, { event, start });
  return holds.kind === "value" && holds.value === true;
}

/** Where a saga is to be found when an event comes: its event types, each with a key. */
export function listensFor(
  saga: Pick<Saga, "request" | "definition">,
  conditions: Conditions,
): { type: string; key: string }[] {
  const found = new Map<string, { type: string; key: string }>();
  for (const signal of signalsOf(saga.definition)) {
    const key = startKeyOf(saga, signal, conditions);
    if (key !== null) found.set(`${signal.on}\0${key}`, { type: signal.on, key });
  }
  return [...found.values()];
}

function signalsOf({ steps, cancelOn = [] }: WorkflowDefinition): Signal[] {
  const awaited = steps.flatMap((step) =>
    step.type === "wait" && step.event !== undefined ? [step.event] : [],
  );
  return [...cancelOn, ...awaited];
}
