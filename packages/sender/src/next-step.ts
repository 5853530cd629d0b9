import {
  ATTEMPT_BUDGET,
  type ErrorCode,
  type FactError,
  type Lane,
  LANE_TIERS,
  type Tier,
  TIER_DELAY_MS,
  tierForDelay,
  tierForRetry,
} from "@pulsecourier/contracts";
import { LONGEST_WAIT_MS } from "./pace.ts";
import type { ProviderOutcome } from "./provider.ts";
import { factError, reject, type Step } from "./step.ts";

/** What the decision depends on besides the outcome. */
export type StepContext = {
  provider: string;
  lane: Lane;
  attempt: number;
  waits: number;
  onUnknown: "at_least_once" | "at_most_once";
  expiresAt: number | undefined;
  now: number;
  /** Short pauses this attempt has taken. */
  pauses: number;
  /** Another account can take this attempt at once. */
  canHop: boolean;
  /** 0 to 1, chosen by the caller. */
  random: number;
  tierDelayMs: (tier: Tier) => number;
};

/** Longest wait a provider may ask for, ms. */
const MAX_RETRY_AFTER_MS = 86_400_000;
/** Waiting for an account never takes a longer tier than this, ms. */
const MAX_WAIT_TIER_MS = TIER_DELAY_MS["2m"];

/** The same attempt through the next account. */
export type HopOn = {
  kind: "hop";
  cause: "transient" | "rate_limited" | "config" | "sender_refused";
  reason: string;
};
/** The same attempt again after a pause that is too short to be put off for; `restMs` where it is no account's pause. */
export type Again = { kind: "again"; restMs: number };

/** What follows from a provider call. */
export function nextStep(outcome: ProviderOutcome, context: StepContext): Step | HopOn | Again {
  const { provider } = context;
  switch (outcome.kind) {
    case "sent": {
      const id = outcome.providerMessageId;
      return { kind: "sent", provider, ...(id === undefined ? {} : { providerMessageId: id }) };
    }
    case "permanent":
      return reject(factError(outcome.code ?? "provider_rejected", outcome.detail), provider);
    case "recipient_gone":
      return reject(factError("recipient_gone", outcome.detail), provider);
    case "ambiguous":
      if (context.onUnknown === "at_most_once") {
        return reject(factError("outcome_unknown", outcome.detail), provider);
      }
      return retry(factError("provider_timeout", outcome.detail), context);
    case "transient":
      if (context.canHop) return hop(outcome);
      return retry(factError("provider_unavailable", outcome.detail), context);
    case "rate_limited":
      if (context.canHop) return hop(outcome);
      if (isShort(outcome.retryAfterMs) && context.pauses < MOST_PAUSES)
        return { kind: "again", restMs: outcome.scope === "recipient" ? outcome.retryAfterMs : 0 };
      return waitFor(outcome.retryAfterMs, `${provider}: ${outcome.detail}`, context);
    case "sender_refused":
      if (context.canHop) return hop(outcome);
      return reject(factError("sender_refused", outcome.detail), provider);
    case "config":
      return context.canHop ? hop(outcome) : wait(`${provider}: ${outcome.detail}`, context);
  }
}

function hop({ kind, detail }: { kind: HopOn["cause"]; detail: string }): HopOn {
  return { kind: "hop", cause: kind, reason: `${kind}: ${detail}` };
}

/** Puts an attempt off without spending it: the nth wait takes the nth tier, at most 2 minutes. */
export function wait(reason: string, context: WaitContext): Step {
  const tiers = LANE_TIERS[context.lane].filter((tier) => TIER_DELAY_MS[tier] <= MAX_WAIT_TIER_MS);
  const tier = tiers[Math.min(context.waits, tiers.length - 1)] ?? "2m";
  return unlessExpired({ kind: "wait", delayMs: jittered(tier, context), reason }, context);
}
export type WaitContext = Pick<
  StepContext,
  "lane" | "waits" | "expiresAt" | "now" | "random" | "tierDelayMs"
>;

/** Where a record waits `delayMs`: a tier of its lane, or null when only a timer is long enough. */
export function placeDelay(
  lane: Lane,
  delayMs: number,
  tierDelayMs: (tier: Tier) => number,
): Tier | null {
  const tiers = LANE_TIERS[lane];
  const longest = tiers[tiers.length - 1];
  if (longest !== undefined && delayMs > tierDelayMs(longest) * MOST_OF_A_TIER) return null;
  return tiers.findLast((tier) => tierDelayMs(tier) <= delayMs) ?? tiers[0] ?? null;
}

function retry(error: FactError, context: StepContext): Step {
  const { lane, attempt, provider } = context;
  if (attempt >= ATTEMPT_BUDGET[lane]) {
    const last = factError("attempts_exhausted", `${error.code}: ${error.message}`);
    return { kind: "failed", error: last, deadLetter: "exhausted", provider };
  }
  const delayMs = jittered(tierForRetry(lane, attempt), context);
  return unlessExpired({ kind: "retry", delayMs, error, provider }, context);
}

/** How often an attempt waits in memory before it is put off. */
export const MOST_PAUSES = 3;

function isShort(retryAfterMs: number | undefined): retryAfterMs is number {
  return retryAfterMs !== undefined && retryAfterMs <= LONGEST_WAIT_MS;
}

/** Puts an attempt off, without spending it, for at least as long as is asked. */
export function waitFor(
  retryAfterMs: number | undefined,
  reason: string,
  context: WaitContext,
): Step {
  if (retryAfterMs === undefined) return wait(reason, context);
  const asked = Math.min(Math.max(retryAfterMs, 0), MAX_RETRY_AFTER_MS);
  const tier = tierForDelay(context.lane, asked);
  const delayMs = tier === null ? asked : jittered(tier, context);
  return unlessExpired({ kind: "wait", delayMs, reason }, context);
}

const MAX_JITTER = 0.1;
/** A delay up to this multiple of a tier still waits in it: the jitter, with room for rounding. */
export const MOST_OF_A_TIER = 1.11;

/** A tier's delay plus 1 to 10 %: spread out, and never under the tier it is read back as. */
function jittered(tier: Tier, context: WaitContext): number {
  return Math.ceil(context.tierDelayMs(tier) * (1.01 + context.random * (MAX_JITTER - 0.01)));
}

function unlessExpired(step: Extract<Step, { delayMs: number }>, context: WaitContext): Step {
  const { expiresAt, now } = context;
  return expiresAt !== undefined && now + step.delayMs >= expiresAt ? { kind: "expired" } : step;
}

/** The error codes after which an earlier call may have been accepted. */
export function leavesDoubt(code: ErrorCode): boolean {
  return code === "provider_timeout" || code === "outcome_unknown";
}
