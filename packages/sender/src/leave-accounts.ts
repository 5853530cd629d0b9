import type { Account } from "./account.ts";
import type { Left } from "./choose-account.ts";
import { wait, waitFor, type WaitContext } from "./next-step.ts";
import type { SenderMetrics } from "./sender-metrics.ts";
import { factError, reject, type Step } from "./step.ts";
import type { Work } from "./work.ts";

/** No account takes the attempt: those that are paced say when, breakers are waited for tier by tier. */
export function putOff(
  accounts: readonly Account[],
  passedOver: Left[],
  context: WaitContext,
): Step {
  if (accounts.length === 0)
    return reject(
      factError(
        "provider_misconfigured",
        "No account is set up that takes this delivery; the sandbox takes only those in SANDBOX_ variables.",
      ),
    );
  const paced = passedOver.find(({ cause }) => cause === "paced");
  const pace = accounts.find(({ name }) => name === paced?.provider)?.pace;
  if (pace) return waitFor(pace.reserve(), `${paced?.provider}: ${paced?.reason}`, context);
  return wait("no provider account is available", context);
}

/** The attempt goes on through `account`: each account left on the way is a hop. */
export function arriveAt(
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
