import type { Tier } from "@pulsecourier/contracts";
import { type Accounts, trialsOf } from "./account.ts";
import { callAccount, presentable } from "./call-account.ts";
import { ABORT_GRACE_MS } from "./call-provider.ts";
import { callNextDevice } from "./call-next-device.ts";
import { chooseAccount, hasAnother, returnToken } from "./choose-account.ts";
import { holdStep } from "./hold.ts";
import { arriveAt, putOff } from "./leave-accounts.ts";
import { MOST_PAUSES, nextStep } from "./next-step.ts";
import type { AttachmentLoader } from "./load-attachments.ts";
import type { OutgoingMessage } from "./provider.ts";
import { type RenderOptions, renderMessage } from "./render-message.ts";
import type { SenderMetrics } from "./sender-metrics.ts";
import type { SenderOverrides } from "./sender-options.ts";
import { LOOK_UP_MS } from "./settle-unknown.ts";
import type { Steady } from "./steady.ts";
import { factError, reject, type Step } from "./step.ts";
import type { Stops } from "./stops.ts";
import { waitContext } from "./wait-context.ts";
import { withAttachments } from "./with-attachments.ts";
import type { Work } from "./work.ts";

export type CarryOutOptions = {
  accounts: Accounts;
  /** Null in a sender whose channel carries none. */
  attachments: AttachmentLoader | null;
  stops: Pick<Stops, "holding">;
  render: RenderOptions;
  callTimeoutMs: number;
  tierDelayMs: (tier: Tier) => number;
  metrics: SenderMetrics;
  steady: Steady;
  atStep: SenderOverrides["atStep"];
};

/** Time between the last moment to start a call and the end of its claim, beyond the call itself, ms. */
const LEASE_MARGIN_MS = ABORT_GRACE_MS + LOOK_UP_MS + 500;

/**
 * Carries out one claimed attempt: renders, loads attachments, chooses an account, calls it once. `reclaim` asks for
 * the same attempt under a new lease: for the next account, or because ours would not cover a call any more.
 */
export async function carryOut(work: Work, o: CarryOutOptions): Promise<Step | "reclaim"> {
  const { delivery, devices } = work;
  const callAt = (address: string) => tryOut(work, address, o);
  try {
    return await (devices ? callNextDevice(work, devices, callAt) : callAt(delivery.address));
  } finally {
    returnToken(work);
  }
}

async function tryOut(work: Work, address: string, o: CarryOutOptions): Promise<Step | "reclaim"> {
  const { delivery } = work;
  if (delivery.expiresAt !== undefined && delivery.expiresAt <= Date.now())
    return { kind: "expired" };
  const rendered = await o.steady("reading the catalog", () =>
    renderMessage({ delivery, address }, o.render),
  );
  if (!rendered.ok)
    return reject(factError(rendered.refusal.code, presentable(rendered.refusal.detail)));
  const { message } = rendered;
  return withAttachments(work, message, o, (complete) => callOne(work, complete, o));
}

async function callOne(
  work: Work,
  message: OutgoingMessage,
  o: CarryOutOptions,
): Promise<Step | "reclaim"> {
  const { delivery } = work;
  if (work.leaseUntil - performance.now() < o.callTimeoutMs + LEASE_MARGIN_MS) return "reclaim";

  const hold = o.stops.holding(delivery, [message.address]);
  if (hold !== null) return holdStep(delivery, hold, Date.now());
  const accounts = o.accounts.of(delivery.sandbox, message.address);
  const { chosen, passedOver } = chooseAccount(accounts, work);
  if (chosen === null) {
    const soon = trialsOf(accounts, work).length > 0 && work.pauses < MOST_PAUSES;
    if (!soon) return putOff(accounts, passedOver, waitContext(work, o.tierDelayMs));
    work.pauses += 1;
    return "reclaim";
  }
  const { account } = chosen;
  arriveAt(work, { account, passedOver }, o.metrics);
  const outcome = await callAccount(chosen, work, message, o);
  const tried = new Set(work.tried).add(account);
  const step = nextStep(outcome, {
    ...waitContext(work, o.tierDelayMs),
    provider: account.name,
    attempt: work.attempt,
    onUnknown: delivery.onUnknown,
    pauses: work.pauses,
    canHop: hasAnother(accounts, tried),
  });
  if (step.kind === "again") {
    work.pauses += 1;
    work.restUntil = performance.now() + step.restMs;
  } else work.tried.add(account);
  if (step.kind === "hop")
    work.left = [{ provider: account.name, cause: step.cause, reason: step.reason }];
  return step.kind === "hop" || step.kind === "again" ? "reclaim" : step;
}
