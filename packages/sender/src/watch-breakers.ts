import type { Metrics } from "@pulsecourier/observability";
import type { Account, Accounts } from "./account.ts";

/** Shows each account's breaker as of the scrape. */
export function watchBreakers(accounts: Accounts, channel: string, metrics: Metrics): void {
  const state = metrics.gauge({
    name: "pulse_breaker_state",
    help: "Breaker of a provider account: 0 closed, 1 being tried again, 2 open",
    labels: ["channel", "provider", "accounts"],
    collect: (): void => {
      for (const group of ["live", "sandbox"] as const) {
        for (const account of accounts.of(group === "sandbox"))
          state.labels(channel, account.name, group).set(stateOf(account));
      }
    },
  });
}

function stateOf({ breaker }: Account): 0 | 1 | 2 {
  if (breaker.opensAgainAt() > performance.now()) return 2;
  return breaker.capacity() === Number.POSITIVE_INFINITY ? 0 : 1;
}
