import type { Behaviour } from "../behaviour.ts";
import type { Fate, Signing } from "./reporter.ts";

/** Where receipts go and when, unless a behaviour says otherwise; without a gateway none are sent. */
export type ReceiptDefaults = { gateway: string | undefined; delayMs: number };

/** How a provider reports now. */
export type ReceiptPlan = {
  on: boolean;
  url: string;
  delayMs: number;
  bounceRate: number;
  complaintRate: number;
  openRate: number;
  duplicateRate: number;
  disorder: boolean;
  signing: Signing;
};

/** A behaviour's wishes over the defaults. */
export function planReceipts(
  provider: string,
  wishes: Behaviour["receipts"],
  { gateway, delayMs }: ReceiptDefaults,
): ReceiptPlan {
  const usual =
    gateway === undefined ? "" : new URL(`/v1/providers/${provider}/webhooks`, gateway).href;
  const { on = true, url = usual, signing = "valid", disorder = false } = wishes ?? {};
  return {
    on: on && url !== "",
    url,
    signing,
    disorder,
    delayMs: wishes?.delayMs ?? delayMs,
    bounceRate: wishes?.bounceRate ?? 0,
    complaintRate: wishes?.complaintRate ?? 0,
    openRate: wishes?.openRate ?? 0,
    duplicateRate: wishes?.duplicateRate ?? 0,
  };
}

/** What becomes of a message. */
export function chooseFate(plan: ReceiptPlan, random: () => number): Fate {
  if (random() < plan.bounceRate) return "bounced";
  if (random() < plan.complaintRate) return "complained";
  return random() < plan.openRate ? "opened" : "delivered";
}
