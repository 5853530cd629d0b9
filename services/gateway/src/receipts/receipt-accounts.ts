import { receiptProviders } from "./providers/index.ts";
import type { ReceiptProvider, ReceiptRequest, Verify } from "./receipt.ts";
import { z } from "zod";

const SANDBOX_PREFIX = "SANDBOX_";

/** Whose account a callback comes from: the platform's, the sandbox tenants', or one that serves both. */
export type Signer = { live: boolean; sandbox: boolean };

export type ReceiptAccounts = {
  provider(name: string): ReceiptProvider | null;
  /** Who signed the request; null when nobody we know did. */
  signer(provider: ReceiptProvider, request: ReceiptRequest): Promise<Signer | null>;
};

/** The variables of all providers, and again for the accounts of sandbox tenants. */
export function receiptEnv(): z.ZodRawShape {
  const shapes = receiptProviders.flatMap(({ env }) => Object.entries(env));
  const sandbox = shapes.map(([name, field]) => [SANDBOX_PREFIX + name, field] as const);
  return Object.fromEntries([...shapes, ...sandbox]);
}

/** Opens what the configuration (`receiptEnv`) holds keys for. */
export function openReceiptAccounts(config: object): ReceiptAccounts {
  const accounts = new Map(
    receiptProviders.map((provider) => [
      provider.name,
      {
        provider,
        live: open(provider, config, ""),
        sandbox: open(provider, config, SANDBOX_PREFIX),
      },
    ]),
  );
  return {
    provider: (name) => accounts.get(name)?.provider ?? null,
    async signer({ name }, request) {
      const { live = null, sandbox = null } = accounts.get(name) ?? {};
      const signer = {
        live: (await live?.(request)) === true,
        sandbox: (await sandbox?.(request)) === true,
      };
      return signer.live || signer.sandbox ? signer : null;
    },
  };
}

function open(provider: ReceiptProvider, config: object, prefix: string): Verify | null {
  const names = Object.keys(provider.env);
  const values = z
    .record(z.string(), z.string().optional())
    .parse(Object.fromEntries(names.map((name) => [name, Reflect.get(config, prefix + name)])));
  return provider.open(values);
}
