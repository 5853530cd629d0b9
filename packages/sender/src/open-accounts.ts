import type { Channel } from "@pulsecourier/contracts";
import { type Accounts, createAccount, createAccounts } from "./account.ts";
import type { Provider, ProviderDeps } from "./provider.ts";
import {
  accountValues,
  listedAccounts,
  providersVariable,
  SANDBOX_PREFIX,
} from "./sender-config.ts";

/** Opens the accounts a configuration made with `withProviders` lists, live and sandbox. */
export function openAccounts(
  config: object,
  o: { channel: Channel; providers: readonly Provider[]; deps: ProviderDeps },
): Accounts {
  const open = (prefix: string) =>
    listedAccounts(config, prefix + providersVariable(o.channel)).map(({ name, weight }) => {
      const provider = o.providers.find((one) => one.name === name);
      if (provider === undefined) throw new Error(`No provider is called ${name}.`);
      const values = accountValues(config, prefix, provider);
      return createAccount(name, provider.open(values, o.deps), weight);
    });
  return createAccounts(open(""), open(SANDBOX_PREFIX));
}
