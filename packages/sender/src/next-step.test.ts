import {
  ATTEMPT_BUDGET,
  type Lane,
  LANES,
  LANE_TIERS,
  type Tier,
  TIER_DELAY_MS,
} from "@pulsecourier/contracts";
import { describe, expect, test } from "vitest";
import { nextStep, placeDelay, type StepContext, wait } from "./next-step.ts";

const tierDelayMs = (tier: Tier) => TIER_DELAY_MS[tier];

function context(fields: Partial<StepContext> = {}): StepContext {
  return {
    provider: "p",
    lane: "normal",
    attempt: 1,
    waits: 0,
    pauses: 0,
    onUnknown: "at_least_once",
    expiresAt: undefined,
    now: 1e3,
    canHop: false,
    random: 0,
    tierDelayMs,
    ...fields,
  };
}
const transient = { kind: "transient", detail: "503" } as const;
const limited = (retryAfterMs?: number) =>
  ({
    kind: "rate_limited",
    detail: "429",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }) as const;

describe("transient failures", () => {
  test.each(LANES)("of lane %s walk its tiers and end when the budget is spent", (lane: Lane) => {
    for (let attempt = 1; attempt < ATTEMPT_BUDGET[lane]; attempt += 1) {
      const step = nextStep(transient, context({ lane, attempt, random: 1 }));
      const tier = LANE_TIERS[lane][Math.min(attempt, LANE_TIERS[lane].length) - 1] ?? "5s";
      expect(step).toMatchObject({ kind: "retry", error: { code: "provider_unavailable" } });
      expect("delayMs" in step && step.delayMs).toBe(Math.ceil(TIER_DELAY_MS[tier] * 1.1));
      expect("delayMs" in step && placeDelay(lane, step.delayMs, tierDelayMs)).toBe(tier);
    }
    expect(nextStep(transient, context({ lane, attempt: ATTEMPT_BUDGET[lane] }))).toMatchObject({
      kind: "failed",
      deadLetter: "exhausted",
      provider: "p",
      error: {
        code: "attempts_exhausted",
        message: "provider_unavailable: 503",
      },
    });
  });
  test("end as expired when the next attempt would come too late", () => {
    expect(nextStep(transient, context({ expiresAt: 6_000 }))).toEqual({ kind: "expired" });
    expect(nextStep(transient, context({ expiresAt: 6_100 }))).toMatchObject({ kind: "retry" });
  });
  test("go to the next account first, even with the last attempt", () => {
    expect(nextStep(transient, context({ canHop: true, attempt: 6 }))).toMatchObject({
      kind: "hop",
    });
  });
});

describe("waiting", () => {
  test("`Retry-After` rounds up to a tier, or is kept as it is when none is long enough", () => {
    expect(nextStep(limited(6_000), context())).toMatchObject({ kind: "wait", delayMs: 30_300 });
    expect(nextStep(limited(31_000), context({ lane: "critical" }))).toMatchObject({
      kind: "wait",
      delayMs: 31_000,
    });
    expect(nextStep(limited(90_000), context({ lane: "critical" }))).toMatchObject({
      kind: "wait",
      delayMs: 90_000,
    });
    expect(placeDelay("critical", 90_000, tierDelayMs)).toBeNull();
    expect(nextStep(limited(1e12), context())).toMatchObject({ delayMs: 86_400_000 });
  });
  test("the nth wait takes the nth tier, at most two minutes", () => {
    const delays = [0, 1, 2, 3, 9].map((waits) => wait("down", context({ waits })));
    expect(delays.map((step) => "delayMs" in step && step.delayMs)).toEqual([
      5_050, 30_300, 121_200, 121_200, 121_200,
    ]);
    expect(wait("down", context({ lane: "bulk" }))).toMatchObject({ delayMs: 121_200 });
  });
  test("costs no attempt, whatever the number", () => {
    expect(nextStep(limited(), context({ attempt: 6 }))).toMatchObject({ kind: "wait" });
    expect(nextStep({ kind: "config", detail: "401" }, context({ attempt: 6 }))).toMatchObject({
      kind: "wait",
    });
  });
});

describe("outcomes that end a delivery", () => {
  test("a sender no account may send as, once none is left to try", () => {
    const refused = { kind: "sender_refused", detail: "no" } as const;
    expect(nextStep(refused, context({ canHop: true }))).toMatchObject({ kind: "hop" });
    expect(nextStep(refused, context({ canHop: false }))).toMatchObject({
      kind: "failed",
      error: { code: "sender_refused" },
    });
  });
  test.each([
    [{ kind: "permanent", detail: "no" }, "provider_rejected"],
    [{ kind: "permanent", code: "content_too_large", detail: "no" }, "content_too_large"],
    [{ kind: "recipient_gone", detail: "no" }, "recipient_gone"],
  ] as const)("%o fails with %s and is not handed on", (outcome, code) => {
    const step = nextStep(outcome, context({ canHop: true }));
    expect(step).toMatchObject({ kind: "failed", deadLetter: "rejected", error: { code } });
  });
  test("ambiguous is called again or given up, and never handed to another account", () => {
    const outcome = { kind: "ambiguous", detail: "reset" } as const;
    expect(nextStep(outcome, context({ canHop: true }))).toMatchObject({
      kind: "retry",
      error: { code: "provider_timeout" },
    });
    expect(nextStep(outcome, context({ canHop: true, onUnknown: "at_most_once" }))).toMatchObject({
      kind: "failed",
      error: { code: "outcome_unknown" },
    });
  });
});

test("a rate limit of less than a second is waited out, three times, where no other account is", () => {
  expect(nextStep(limited(800), context())).toEqual({ kind: "again", restMs: 0 });
  const own = { ...limited(800), scope: "recipient" } as const;
  expect(nextStep(own, context())).toEqual({ kind: "again", restMs: 800 });
  expect(nextStep(limited(800), context({ pauses: 3 }))).toMatchObject({ kind: "wait" });
  expect(nextStep(limited(1_200), context())).toMatchObject({ kind: "wait" });
  expect(nextStep(limited(800), context({ canHop: true }))).toMatchObject({ kind: "hop" });
});
