import type { Tier } from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT } from "@pulsecourier/kafka";
import {
  childSpan,
  formatTraceparent,
  newTrace,
  parseTraceparent,
  scrub,
} from "@pulsecourier/observability";
import type { Account, Accounts } from "./account.ts";
import type { Permit } from "./breaker.ts";
import { ABORT_GRACE_MS, callProvider } from "./call-provider.ts";
import { chooseAccount, hasAnother, type Left, returnToken } from "./choose-account.ts";
import { nextStep, wait, waitFor, type WaitContext } from "./next-step.ts";
import type { OutgoingMessage, ProviderOutcome } from "./provider.ts";
import { type RenderOptions, renderMessage } from "./render-message.ts";
import type { SenderMetrics } from "./sender-metrics.ts";
import type { SenderOverrides } from "./sender-options.ts";
import { LOOK_UP_MS, settleUnknown } from "./settle-unknown.ts";
import type { Steady } from "./steady.ts";
import { factError, reject, type Step } from "./step.ts";
import type { Work } from "./work.ts";

export type CarryOutOptions = {
  accounts: Accounts;
  render: RenderOptions;
  callTimeoutMs: number;
  tierDelayMs: (tier: Tier) => number;
  metrics: SenderMetrics;
  steady: Steady;
  atStep: SenderOverrides["atStep"];
};

/** Time between the last moment to start a call and the end of its claim, beyond the call itself, ms. */
const LEASE_MARGIN_MS = ABORT_GRACE_MS + LOOK_UP_MS + 500;
const MAX_DETAIL = 500;

/**
 * Carries out one claimed attempt: renders, chooses an account, calls it once. `reclaim` asks for the same attempt
 * under a new lease: for the next account, or because ours would not cover a call any more.
 */
export async function carryOut(work: Work, o: CarryOutOptions): Promise<Step | "reclaim"> {
  try {
    return await tryOut(work, o);
  } finally {
    returnToken(work);
  }
}

async function tryOut(work: Work, o: CarryOutOptions): Promise<Step | "reclaim"> {
  const { delivery } = work;
  if (delivery.expiresAt !== undefined && delivery.expiresAt <= Date.now())
    return { kind: "expired" };
  const rendered = await o.steady("reading the catalog", () => renderMessage(delivery, o.render));
  if (!rendered.ok)
    return reject(factError(rendered.refusal.code, presentable(rendered.refusal.detail)));
  if (work.leaseUntil - performance.now() < o.callTimeoutMs + LEASE_MARGIN_MS) return "reclaim";

  const accounts = o.accounts.of(delivery.sandbox, delivery.address);
  const { chosen, passedOver } = chooseAccount(accounts, work);
  if (chosen === null) return putOff(accounts, passedOver, waitContext(work, o));
  const { account } = chosen;
  arrive(work, { account, passedOver }, o.metrics);
  const outcome = await call(chosen, work, rendered.message, o);
  const tried = new Set(work.tried).add(account);
  const step = nextStep(outcome, {
    ...waitContext(work, o),
    provider: account.name,
    attempt: work.attempt,
    onUnknown: delivery.onUnknown,
    pauses: work.pauses,
    canHop: hasAnother(accounts, tried),
  });
  if (step.kind === "again") work.pauses += 1;
  else work.tried.add(account);
  if (step.kind === "hop")
    work.left = [{ provider: account.name, cause: step.cause, reason: step.reason }];
  return step.kind === "hop" || step.kind === "again" ? "reclaim" : step;
}

/** No account takes the attempt: those that are paced say when, breakers are waited for tier by tier. */
function putOff(accounts: readonly Account[], passedOver: Left[], context: WaitContext): Step {
  if (accounts.length === 0)
    return reject(
      factError("provider_misconfigured", "No account is set up that takes this delivery."),
    );
  const paced = passedOver.find(({ cause }) => cause === "paced");
  const pace = accounts.find(({ name }) => name === paced?.provider)?.pace;
  if (pace) return waitFor(pace.reserve(), `${paced?.provider}: ${paced?.reason}`, context);
  return wait("no provider account is available", context);
}

/** The attempt goes on through `account`: each account left on the way is a hop. */
function arrive(
  work: Work,
  at: { account: Account; passedOver: Left[] },
  metrics: SenderMetrics,
): void {
  if (work.left.length === 0 && at.passedOver.length === 0) return;
  const way = [...work.left, ...at.passedOver];
  work.left = [];
  for (const [index, { provider, cause, reason }] of way.entries()) {
    const nextProvider = way[index + 1]?.provider ?? at.account.name;
    work.hops.push({ provider, nextProvider, reason, ms: Date.now() });
    metrics.hopped(provider, cause);
  }
}

async function call(
  { account, permit }: { account: Account; permit: Permit },
  work: Work,
  message: OutgoingMessage,
  o: CarryOutOptions,
): Promise<ProviderOutcome> {
  if (o.atStep) await o.atStep("call");
  const parent = parseTraceparent(work.task.record.headers[HEADER_TRACEPARENT]);
  const started = performance.now();
  const context = {
    traceparent: formatTraceparent(parent === null ? newTrace() : childSpan(parent)),
    attempt: work.attempt,
    idempotencyKey: work.delivery.id,
  };
  let outcome = await callProvider(account, message, { ...context, timeoutMs: o.callTimeoutMs });
  account.breaker.record(permit, outcome);
  o.metrics.called(account.name, outcome.kind, (performance.now() - started) / 1_000);
  if (outcome.kind === "ambiguous") {
    const after = await settleUnknown(account, message, { outcome, context });
    o.metrics.unknown(account.name, after.settled);
    ({ outcome } = after);
  }
  if (o.atStep) await o.atStep("called");
  return "detail" in outcome ? { ...outcome, detail: presentable(outcome.detail) } : clean(outcome);
}

/** A detail goes into facts, headers and logs: no address, no control character, not long. */
function presentable(detail: string): string {
  return scrub(detail)
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, MAX_DETAIL);
}

/** A provider's id goes into a text column and a fact: printable and short. */
function clean(outcome: Extract<ProviderOutcome, { kind: "sent" }>): ProviderOutcome {
  const id = outcome.providerMessageId;
  if (id === undefined) return outcome;
  return { kind: "sent", providerMessageId: id.replace(/[^\x20-\x7e]/g, "").slice(0, 255) };
}

function waitContext(work: Work, o: CarryOutOptions): WaitContext {
  const { lane, expiresAt } = work.delivery;
  const random = Math.random();
  return {
    lane,
    waits: work.waits,
    expiresAt,
    now: Date.now(),
    random,
    tierDelayMs: o.tierDelayMs,
  };
}
