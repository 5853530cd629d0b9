import type { SenderIdentity } from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT } from "@pulsecourier/kafka";
import {
  childSpan,
  formatTraceparent,
  newTrace,
  parseTraceparent,
  scrub,
} from "@pulsecourier/observability";
import type { Account } from "./account.ts";
import type { Permit } from "./breaker.ts";
import { callProvider } from "./call-provider.ts";
import type { CarryOutOptions } from "./carry-out.ts";
import { identityFor } from "./identity-for.ts";
import type { OutgoingMessage, ProviderOutcome } from "./provider.ts";
import { settleUnknown } from "./settle-unknown.ts";
import type { Work } from "./work.ts";

const MAX_DETAIL = 500;

/** Calls the account once for the attempt; what it answers is fit for facts, headers and logs. */
export async function callAccount(
  { account, permit }: { account: Account; permit: Permit },
  work: Work,
  message: OutgoingMessage,
  o: Pick<CarryOutOptions, "callTimeoutMs" | "metrics" | "atStep">,
): Promise<ProviderOutcome> {
  if (o.atStep) await o.atStep("call");
  const parent = parseTraceparent(work.task.record.headers[HEADER_TRACEPARENT]);
  const started = performance.now();
  const context = {
    traceparent: formatTraceparent(parent === null ? newTrace() : childSpan(parent)),
    attempt: work.attempt,
    idempotencyKey: work.delivery.id,
    identity: identityFor(account.name, work.delivery.identity),
  };
  account.calls.underWay += 1;
  const answer = await callProvider(account, message, { ...context, timeoutMs: o.callTimeoutMs });
  account.calls.underWay -= 1;
  let outcome = blame(answer, context.identity);
  account.breaker.record(permit, outcome);
  account.health?.called(outcome, work.delivery);
  o.metrics.called(account.name, outcome.kind, (performance.now() - started) / 1_000);
  if (outcome.kind === "ambiguous") {
    const after = await settleUnknown(account, message, { outcome, context });
    o.metrics.unknown(account.name, after.settled);
    ({ outcome } = after);
  }
  if (o.atStep) await o.atStep("called");
  return "detail" in outcome ? { ...outcome, detail: presentable(outcome.detail) } : clean(outcome);
}

/** A sender that the account's environment names is the account's fault, one that the tenant chose is not. */
function blame(outcome: ProviderOutcome, { from, senderId }: SenderIdentity): ProviderOutcome {
  return outcome.kind === "sender_refused" && (from ?? senderId) === undefined
    ? { ...outcome, kind: "config" }
    : outcome;
}

/** A detail goes into facts, headers and logs: no address, no control character, not long. */
export function presentable(detail: string): string {
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
