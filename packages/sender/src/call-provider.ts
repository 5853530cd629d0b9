import type { Account } from "./account.ts";
import type { OutgoingMessage, ProviderOutcome, SendContext } from "./provider.ts";

/** How long a provider may take to say what became of a call after its signal aborted, ms. */
export const ABORT_GRACE_MS = 500;

/**
 * One provider call. Always resolves, at the latest `timeoutMs` plus the grace after the start: a provider that
 * does not answer or that throws may have sent the message, so both are `ambiguous`.
 */
export function callProvider(
  account: Account,
  message: OutgoingMessage,
  o: Omit<SendContext, "signal"> & { timeoutMs: number },
): Promise<ProviderOutcome> {
  const { timeoutMs, ...context } = o;
  return new Promise((resolve) => {
    const controller = new AbortController();
    const late = () => resolve({ kind: "ambiguous", detail: `no answer within ${timeoutMs} ms` });
    let timer = setTimeout(() => {
      controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, "TimeoutError"));
      timer = setTimeout(late, ABORT_GRACE_MS);
    }, timeoutMs);
    const answered = (outcome: ProviderOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const failed = (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      answered({ kind: "ambiguous", detail: `the provider failed: ${reason}` });
    };
    try {
      account.provider
        .send(message, { ...context, signal: controller.signal })
        .then(answered, failed);
    } catch (error) {
      failed(error);
    }
  });
}
