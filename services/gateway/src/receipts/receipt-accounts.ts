import { z } from "zod";
import { namedValues } from "./named-values.ts";
import { receiptProviders } from "./providers/index.ts";
import type { ReceiptAccount, ReceiptProvider, ReceiptRequest } from "./receipt.ts";

const SANDBOX_PREFIX = "SANDBOX_";

/** An account of a provider; `name` is "" where a provider has only one. */
export type OpenAccount = ReceiptAccount & { name: string; sandbox: boolean };

/** A provider, and those of its accounts that a callback may come from. */
export type ReceiptSource = { provider: ReceiptProvider; accounts: readonly OpenAccount[] };

/** Whose account a callback comes from: the platform's, the sandbox tenants', or one that serves both. */
export type Signer = { live: boolean; sandbox: boolean };

export type ReceiptAccounts = {
  /** The accounts a path names: all of the provider, or one; null when there is no such provider or account. */
  find(provider: string, account: string | undefined): ReceiptSource | null;
  close(): Promise<void>;
};

/** The variables of all providers, and again for the accounts of sandbox tenants. */
export function receiptEnv(): z.ZodRawShape {
  const shapes = receiptProviders.flatMap(({ env }) => Object.entries(env));
  const sandbox = shapes.map(([name, field]) => [SANDBOX_PREFIX + name, field] as const);
  return Object.fromEntries([...shapes, ...sandbox]);
}

/** Opens what the configuration (`receiptEnv`) holds keys for. */
export function openReceiptAccounts(config: object): ReceiptAccounts {
  const sources = new Map(
    receiptProviders.map((provider) => {
      const accounts = [...open(provider, config, ""), ...open(provider, config, SANDBOX_PREFIX)];
      return [provider.name, { provider, accounts }];
    }),
  );
  return {
    find(name, account) {
      const source = sources.get(name);
      if (source === undefined || account === undefined) return source ?? null;
      const accounts = source.accounts.filter((one) => one.name === account);
      return accounts.length === 0 ? null : { ...source, accounts };
    },
    async close() {
      const all = [...sources.values()].flatMap(({ accounts }) => accounts);
      await Promise.all(all.map(async (account) => account.close?.()));
    },
  };
}

/** Those of the accounts that signed the request. */
export async function signersOf(
  accounts: readonly OpenAccount[],
  request: ReceiptRequest,
): Promise<OpenAccount[]> {
  const signed = await Promise.all(accounts.map(async (account) => account.verify(request)));
  return accounts.filter((_, index) => signed[index]);
}

function open(provider: ReceiptProvider, config: object, prefix: string): OpenAccount[] {
  const values = Object.keys(provider.env).flatMap((variable) => {
    const text = z
      .string()
      .optional()
      .parse(Reflect.get(config, prefix + variable));
    return text === undefined ? [] : [{ variable, named: namedValues(text) }];
  });
  const names = new Set(values.flatMap(({ named }) => [...named.keys()]));
  // What is everybody's makes no account where others have names.
  if (names.size > 1) names.delete("");
  return [...names].flatMap((name) => {
    const own = values.map(({ variable, named }) => [variable, named.get(name) ?? named.get("")]);
    const account = provider.open(Object.fromEntries(own));
    return account === null ? [] : [{ ...account, name, sandbox: prefix !== "" }];
  });
}
