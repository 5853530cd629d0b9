import { randomUUID } from "node:crypto";
import type { Channel } from "@pulsecourier/contracts";
import type { Redis } from "@pulsecourier/redis";
import { type Account, type Accounts, createAccount, createAccounts } from "./account.ts";
import { createPace, type Pace } from "./pace.ts";
import type { Provider, ProviderDeps } from "./provider.ts";
import {
  accountValues,
  type ListedAccount,
  listedAccounts,
  providersVariable,
  ratePerSecond,
  rateVariable,
  SANDBOX_PREFIX,
} from "./sender-config.ts";
import { shareBreakers } from "./share-breakers.ts";
import { type SharingOptions, shareHealth } from "./share-health.ts";
import { createSharedSupply } from "./shared-supply.ts";

/** Opens the accounts a configuration made with `withProviders` lists, live and sandbox. */
export function openAccounts(
  config: object,
  o: {
    channel: Channel;
    providers: readonly Provider[];
    deps: ProviderDeps;
    redis: Redis;
  } & Pick<SharingOptions, "times" | "onShift">,
): Accounts {
  const { channel, providers, deps, redis, times, onShift } = o;
  const instance = randomUUID();
  const shared = new Map<string, Account>();
  const open = (prefix: string) => {
    const listed = listedAccounts(config, prefix + providersVariable(channel));
    return listed.map(({ name, weight }) => {
      const provider = providers.find((one) => one.name === name);
      if (provider === undefined) throw new Error(`No provider is called ${name}.`);
      const values = accountValues(config, prefix, provider);
      // The name all instances know the account by.
      const id = `${channel}:${prefix === "" ? "live" : "sandbox"}:${name}`;
      const pace = openPace(values[rateVariable(name)], { redis, account: id, instance });
      const mostCalls = mostCallsOf(weight, listed, deps.concurrency);
      const account = createAccount(name, provider.open(values, deps), { weight, pace, mostCalls });
      shared.set(id, account);
      return account;
    });
  };
  const [live, sandbox] = [open(""), open(SANDBOX_PREFIX)];
  const accounts = createAccounts(live, sandbox);
  const sharing = shareBreakers(shared, { redis, onAdopted: () => accounts.announce() });
  const named = new Map([
    [`${channel}:live`, live],
    [`${channel}:sandbox`, sandbox],
  ]);
  const health = shareHealth(named, { ...deps, redis, times, onShift });
  return {
    ...accounts,
    shares: health.shares,
    async close() {
      await Promise.all([health.close(), sharing.close()]);
      await accounts.close();
    },
  };
}

/** Of accounts with shares each may take its own of the call slots, and half of what is left. */
function mostCallsOf(
  weight: number | undefined,
  listed: readonly ListedAccount[],
  slots: number,
): number {
  const total = listed.reduce((sum, one) => sum + (one.weight ?? 0), 0);
  if (weight === undefined || listed.length < 2) return Number.POSITIVE_INFINITY;
  return Math.ceil((slots * (1 + weight / total)) / 2);
}

function openPace(
  rate: string | undefined,
  o: { redis: Redis; account: string; instance: string },
): Pace | null {
  if (rate === undefined) return null;
  const perSecond = ratePerSecond.parse(rate);
  return createPace({ perSecond, supply: createSharedSupply({ ...o, perSecond }) });
}
