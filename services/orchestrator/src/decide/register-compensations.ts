import type { Channel, CompensationClass, CompensationKind, StepOf } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";

type Undo = { kind: CompensationKind; class: CompensationClass };

/** Registers how a wave will be undone, before it is asked for: a crash right after it finds that written. */
export function registerCompensations(
  draft: Draft,
  step: StepOf<"send">,
  { wave, channels }: { wave: number; channels: readonly Channel[] },
): void {
  const { name } = step;
  for (const channel of channels) {
    const undo = undoOf(step, channel);
    if (undo !== null) {
      draft.emit({ type: "compensation_registered", step: name, wave, channel, ...undo });
    }
  }
  if (wave > 0) return;
  for (const channel of elsewhere(step)) {
    const undo = { kind: "correct", class: "semantic" } as const;
    draft.emit({ type: "compensation_registered", step: name, wave, channel, ...undo });
  }
}

/** Null for what can only be corrected where no correction is given. Of all channels only an inbox is ours. */
function undoOf(step: StepOf<"send">, channel: Channel): Undo | null {
  if (channel === "inapp") return { kind: "retract", class: "exact" };
  if (channel === "push") return { kind: "replace", class: "best_effort" };
  if (isCorrected(step, channel)) return { kind: "correct", class: "semantic" };
  return channel === "webhook" ? { kind: "announce", class: "semantic" } : null;
}

/** Channels a step is corrected through besides those it sends through. */
export function elsewhere({ channels, correction }: StepOf<"send">): Channel[] {
  const named = correction?.channels ?? [];
  return named.filter((channel) => channel === "inapp" || !channels.includes(channel));
}

/** The step's correction goes through this channel. */
export function isCorrected({ correction }: StepOf<"send">, channel: Channel): boolean {
  if (correction === undefined) return false;
  return correction.channels?.includes(channel) ?? channel !== "inapp";
}
