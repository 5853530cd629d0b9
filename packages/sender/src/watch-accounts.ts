import type { Metrics } from "@pulsecourier/observability";
import type { Account, Accounts } from "./account.ts";

/** Shows each account's breaker, its share, and how many wait for its rate, as of the scrape. */
export function watchAccounts(accounts: Accounts, channel: string, metrics: Metrics): void {
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
  const share = metrics.gauge({
    name: "pulse_account_share",
    help: "Percent of the channel's deliveries that a weighted account comes first for, as its health has moved it",
    labels: ["channel", "provider", "accounts"],
    collect: (): void => {
      for (const [group, { accounts: shares }] of accounts.shares())
        for (const [name, one] of Object.entries(shares))
          share.labels(channel, name, group.slice(channel.length + 1)).set(one.share);
    },
  });
  const waiting = metrics.gauge({
    name: "pulse_paced_deliveries",
    help: "Deliveries that wait in memory for the rate of an account",
    labels: ["channel", "provider", "accounts"],
    collect: (): void => {
      for (const group of ["live", "sandbox"] as const) {
        for (const { name, pace } of accounts.of(group === "sandbox"))
          if (pace !== null) waiting.labels(channel, name, group).set(pace.waiting());
      }
    },
  });
}

function stateOf({ breaker }: Account): 0 | 1 | 2 {
  if (breaker.opensAgainAt() > performance.now()) return 2;
  return breaker.capacity() === Number.POSITIVE_INFINITY ? 0 : 1;
}
