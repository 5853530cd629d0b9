import type { Account } from "./account.ts";
import type { LookedUp, OutgoingMessage, ProviderOutcome, SendContext } from "./provider.ts";

/** How long a look-up may take, ms; the claim covers it. */
export const LOOK_UP_MS = 2_000;

type Ambiguous = Extract<ProviderOutcome, { kind: "ambiguous" }>;

/** An unclear outcome after asking the provider, where it can tell: what it took is sent, what it did not is transient. */
export async function settleUnknown(
  account: Account,
  message: OutgoingMessage,
  o: { outcome: Ambiguous; context: Omit<SendContext, "signal"> },
): Promise<{ outcome: ProviderOutcome; settled: LookedUp["kind"] }> {
  const { outcome } = o;
  const found = await lookUp(account, message, o.context);
  if (found.kind === "sent") return { outcome: found, settled: "sent" };
  if (found.kind === "unknown") return { outcome, settled: "unknown" };
  const detail = `${outcome.detail}; the provider says that it has not got the message`;
  return { outcome: { kind: "transient", detail }, settled: "not_sent" };
}

/** Resolves in time, whatever the provider does. */
function lookUp(
  { provider }: Account,
  message: OutgoingMessage,
  context: Omit<SendContext, "signal">,
): Promise<LookedUp> {
  const nobodyKnows: LookedUp = { kind: "unknown" };
  if (provider.lookUp === undefined) return Promise.resolve(nobodyKnows);
  const signal = AbortSignal.timeout(LOOK_UP_MS);
  const late = new Promise<LookedUp>((resolve) => {
    signal.addEventListener("abort", () => resolve(nobodyKnows), { once: true });
  });
  const asked = Promise.resolve()
    .then(() => provider.lookUp?.(message, { ...context, signal }) ?? nobodyKnows)
    .catch(() => nobodyKnows);
  return Promise.race([asked, late]);
}
