import { hash } from "node:crypto";
import { ERRORS, type FactError, type StepOf } from "@pulsecourier/contracts";
import { closingOf } from "./digest-window.ts";
import type { Draft } from "./draft.ts";
import { endSaga } from "./end-saga.ts";
import { keyOf } from "./key-of.ts";
import type { StepResult } from "./step-result.ts";

/** The items of a digest are part of each wave after it, and a record has its limit. */
const MAX_ITEM_BYTES = 200_000;
const MAX_WAVE_BYTES = 900_000;

/**
 * Puts the item into its digest, and waits; null while it does. Of all whose items are in a digest one leads: at the
 * end of the window it asks for it to be closed and goes on for all. Its cancel hands the lead on.
 */
export function carryOutDigest(draft: Draft, step: StepOf<"digest">): StepResult | null {
  const { at } = draft.state;
  if (at === null) return null;
  if (at.digest === undefined) return join(draft, step);
  const { answer, digest } = at;
  switch (answer?.kind) {
    case "digest_lead":
      if (digest.leaving === null) lead(draft, step, answer.closesAt);
      return null;
    case "digest_closed":
      if (digest.leaving === null) return { kind: "done", reason: `${answer.count} collected` };
      endSaga(draft, digest.leaving);
      return null;
    case "digest_collected": {
      const { carriedBy } = answer;
      const reason = `its digest went out with ${carriedBy}`;
      return { kind: "dropped", reason, error: collected(reason), carriedBy };
    }
    case "digest_left":
      endSaga(draft, digest.leaving ?? { outcome: "cancelled", reason: "cancelled" });
      return null;
    default:
      return null;
  }
}

function join(draft: Draft, step: StepOf<"digest">): StepResult | null {
  const { request } = draft.saga;
  const { leading, key, window } = step;
  const value = keyOf(draft, key);
  if (key !== undefined && value === null) {
    // Collected with what it may not belong to, it could not be told apart any more.
    draft.emit({ type: "digest_alone", digest: { count: 1, items: [request.data] } });
    return { kind: "done", reason: "it has no key, and goes on by itself" };
  }
  const closing = closingOf(window, request.timezone ?? "UTC", draft.now);
  const digest = idOf(draft, step.name, value);
  const ask = { kind: "digest_join", digest, ...closing, leading, item: request.data } as const;
  draft.emit({ type: "asked", step: step.name, ask });
  return null;
}

/** Versions of a workflow collect together. */
function idOf({ saga: { tenant, request } }: Draft, step: string, key: string | null): string {
  const { workflow, recipient } = request.summary;
  const parts = [tenant, workflow?.name ?? "", step, recipient, key ?? ""];
  return hash("sha256", parts.join("\0"), "hex").slice(0, 32);
}

function lead(draft: Draft, step: StepOf<"digest">, closesAt: number): void {
  const { at, saga } = { at: draft.state.at, saga: draft.saga };
  if (at?.digest === undefined) return;
  if (!at.limitPassed) {
    if (at.timer === null) draft.emit({ type: "timer_set", at: closesAt, armed: draft.version });
    return;
  }
  const left = MAX_WAVE_BYTES - Buffer.byteLength(JSON.stringify(saga.request));
  const maxBytes = Math.max(0, Math.min(MAX_ITEM_BYTES, left));
  const ask = { kind: "digest_close", digest: at.digest.id, items: step.items, maxBytes } as const;
  draft.emit({ type: "asked", step: step.name, ask });
}

function collected(message: string): FactError {
  return { code: "collected", class: ERRORS.collected.class, message };
}
