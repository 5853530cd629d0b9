import { type Channel, RedirectAllTo } from "@pulsecourier/contracts";
import { commonEnv, csv, describeConfig, integer, text } from "@pulsecourier/runtime";
import { z } from "zod";
import type { Provider } from "./provider.ts";

/** Variables every sender understands. */
export const senderEnv = commonEnv
  .pick({
    LOG_LEVEL: true,
    SHUTDOWN_DEADLINE_MS: true,
    KAFKA_BROKERS: true,
    DATABASE_URL: true,
    REDIS_URL: true,
    TOPIC_PREFIX: true,
  })
  .extend({
    HOST: text().default("127.0.0.1").describe("Address to listen on"),
    SEND_CONCURRENCY: integer({ min: 4, max: 4_096, unit: "calls" })
      .default(256)
      .describe("Most provider calls at once, per process"),
    CALL_TIMEOUT_MS: integer({ min: 100, max: 120_000, unit: "ms" })
      .default(10_000)
      .describe("How long one provider call may take"),
    REDIRECT_ALL_TO: RedirectAllTo.optional().describe(
      "Nothing reaches recipients: one address a channel gets all of it; other channels go through the sandbox accounts",
    ),
  });
export type SenderConfig = z.output<typeof senderEnv>;

/** Prefix of the variables that make the accounts of sandbox deliveries. */
export const SANDBOX_PREFIX = "SANDBOX_";

type KnownProvider = Pick<Provider, "name" | "env">;

/** The variable that holds the rate of a provider's account. */
export function rateVariable(provider: string): string {
  return `${provider.toUpperCase().replaceAll("-", "_")}_RATE_PER_SECOND`;
}

/** What a rate may be: calls per second, over all processes. */
export const ratePerSecond = text()
  .regex(/^\d{1,6}(\.\d{1,3})?$/, { error: "expected a number such as 14 or 0.5" })
  .transform(Number)
  .refine((rate) => rate > 0, { error: "expected a rate above 0" });

/** The variables of a provider's account: its own, and those every account has. */
function accountEnv({ name, env }: KnownProvider): z.ZodObject {
  const rate = ratePerSecond
    .optional()
    .describe("Calls per second through the account, over all processes; unset: no limit")
    .meta({ values: "calls/s, as 14 or 0.5" });
  return z.object({ ...env.shape, [rateVariable(name)]: rate });
}

/** The variable that lists a channel's accounts, in order of preference. */
export function providersVariable(channel: Channel): string {
  return `${channel.toUpperCase()}_PROVIDERS`;
}

/**
 * Adds to a sender's variables the ordered list of its accounts, the variables of every provider, and the same
 * again for sandbox accounts. Only the variables of listed providers are checked; all problems show at once.
 */
export function withProviders<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  o: { channel: Channel; providers: readonly KnownProvider[]; defaultProvider?: string },
): z.ZodObject<Shape> {
  const variable = providersVariable(o.channel);
  const known = o.providers.map((provider) => provider.name).join(", ");
  const list = csv().describe(
    `Accounts in order of preference, or with their shares as in \`a:70,b:30\`; of: ${known}`,
  );
  const added: Record<string, z.ZodType> = {
    [variable]: o.defaultProvider === undefined ? list : list.default([o.defaultProvider]),
    [SANDBOX_PREFIX + variable]:
      o.defaultProvider === undefined ? list.optional() : list.default([o.defaultProvider]),
  };
  for (const prefix of ["", SANDBOX_PREFIX]) {
    for (const { name, required: needed, ...about } of o.providers.flatMap(describeProvider)) {
      const providers = o.providers
        .filter((one) => name in accountEnv(one).shape)
        .map((one) => one.name);
      const account = { providers, needed };
      // Kept as text: an account's own schema reads it when the account is opened.
      added[prefix + name] ??= text()
        .optional()
        .meta({ ...about, account });
    }
  }
  const checkAccounts = (config: object, context: z.core.$RefinementCtx) => {
    for (const prefix of ["", SANDBOX_PREFIX]) {
      for (const problem of accountProblems(config, prefix, { ...o, variable })) {
        context.addIssue({ code: "custom", path: [problem.name], message: problem.message });
      }
    }
  };
  // Also when other variables are wrong: a reader wants to see every problem.
  const extended = z
    .object({ ...schema.shape, ...added })
    .superRefine(checkAccounts, { when: () => true });
  // The added variables are read by name, in `openAccounts` only, so callers need not see them in the type.
  return extended;
}

const describeProvider = (provider: KnownProvider) => describeConfig(accountEnv(provider));

export type ListedAccount = { name: string; weight?: number };

/** The accounts the variable `name` of a configuration lists, `provider` or `provider:weight` each. */
export function listedAccounts(config: object, name: string): ListedAccount[] {
  const listed = z.array(z.string()).safeParse(Reflect.get(config, name));
  return (listed.data ?? []).map((item) => {
    const [, provider, weight] = /^(.*?)(?::(\d+))?$/.exec(item) ?? [];
    return { name: provider ?? item, ...(weight === undefined ? {} : { weight: Number(weight) }) };
  });
}

/** The variables of one account as text, without `prefix`. */
export function accountValues(
  config: object,
  prefix: string,
  provider: KnownProvider,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(accountEnv(provider).shape)) {
    const value: unknown = Reflect.get(config, prefix + name);
    if (typeof value === "string") values[name] = value;
  }
  return values;
}

function accountProblems(
  config: object,
  prefix: string,
  o: { variable: string; providers: readonly KnownProvider[] },
): { name: string; message: string }[] {
  const list = prefix + o.variable;
  const listed = listedAccounts(config, list);
  const inAccounts = listed.flatMap(({ name }) => {
    const provider = o.providers.find((one) => one.name === name);
    if (provider === undefined) return [{ name: list, message: `no provider is called ${name}` }];
    const parsed = accountEnv(provider).safeParse(accountValues(config, prefix, provider));
    return (parsed.error?.issues ?? []).map((issue) => ({
      name: prefix + String(issue.path[0] ?? o.variable),
      message: `${issue.message}, as ${list} lists ${name}`,
    }));
  });
  return [...listProblems(listed).map((message) => ({ name: list, message })), ...inAccounts];
}

const MAX_WEIGHT = 1_000;

function listProblems(listed: readonly ListedAccount[]): string[] {
  const problems: string[] = [];
  const names = new Set(listed.map(({ name }) => name));
  if (names.size < listed.length) problems.push("an account is listed twice");
  const weights = listed.flatMap(({ weight }) => (weight === undefined ? [] : [weight]));
  if (weights.length > 0 && weights.length < listed.length)
    problems.push("give every account a weight, or none");
  if (weights.some((weight) => weight < 1 || weight > MAX_WEIGHT))
    problems.push(`a weight is a whole number from 1 to ${MAX_WEIGHT}`);
  return problems;
}
