import { createLogger } from "@pulsecourier/observability";
import { createRedis } from "@pulsecourier/redis";
import { ConfigError, describeConfig, parseConfig, secret, text, url } from "@pulsecourier/runtime";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { openAccounts } from "./open-accounts.ts";
import { defineProvider, type ProviderDeps } from "./provider.ts";
import { HEALTH_TIMES } from "./share-health.ts";
import { senderEnv, withProviders } from "./sender-config.ts";

const opened: unknown[] = [];
const env = z.object({
  API_KEY: secret(),
  BASE_URL: url("https").default("https://api.example.com"),
});
const provider = (name: string, shape: z.ZodObject = env) =>
  defineProvider({
    name,
    env: shape,
    create: (values) => {
      opened.push({ name, ...values });
      return { send: () => Promise.resolve({ kind: "sent" }) };
    },
  });
const providers = [provider("one"), provider("two", z.object({ TOKEN: text() }))];
const schema = withProviders(senderEnv, { channel: "email", providers });
const base = { DATABASE_URL: "postgres://localhost/x", REDIS_URL: "redis://127.0.0.1:1" };

function open(config: object) {
  const logger = createLogger({ service: "test", level: "silent" });
  const redis = createRedis({ url: base.REDIS_URL, prefix: "", logger });
  // The scripted accounts use nothing of their sender.
  const deps = {} as ProviderDeps;
  const of = { providers, deps, redis, times: HEALTH_TIMES, onShift: () => undefined };
  const accounts = openAccounts(config, { channel: "email", ...of });
  onTestFinished(async () => {
    await accounts.close();
    await redis.close();
  });
  return accounts;
}

function problems(environment: Record<string, string>): Record<string, string> {
  try {
    parseConfig(schema, environment);
  } catch (error) {
    if (error instanceof ConfigError)
      return Object.fromEntries(error.problems.map((one) => [one.name, one.problem]));
    throw error;
  }
  return {};
}

test("every problem shows at once, those of accounts and of the sender", () => {
  const all = problems({
    EMAIL_PROVIDERS: "one,two,three",
    SANDBOX_EMAIL_PROVIDERS: "two",
    SEND_CONCURRENCY: "many",
  });
  expect(Object.keys(all).toSorted()).toEqual(
    [
      "API_KEY",
      "DATABASE_URL",
      "EMAIL_PROVIDERS",
      "REDIS_URL",
      "SANDBOX_TOKEN",
      "SEND_CONCURRENCY",
      "TOKEN",
    ].toSorted(),
  );
  expect(all["EMAIL_PROVIDERS"]).toContain("no provider is called three");
  expect(all["SANDBOX_TOKEN"]).toContain("SANDBOX_EMAIL_PROVIDERS lists two");
});

test("accounts have weights, all or none", () => {
  const listing = (list: string) =>
    problems({ ...base, API_KEY: "k", TOKEN: "t", EMAIL_PROVIDERS: list });
  expect(listing("one:70,two:30")).toEqual({});
  expect(listing("one:70,two")["EMAIL_PROVIDERS"]).toContain("every account a weight, or none");
  expect(listing("one:0,two:30")["EMAIL_PROVIDERS"]).toContain("from 1 to 1000");
  expect(listing("one,one")["EMAIL_PROVIDERS"]).toContain("listed twice");
  expect(listing("one:x")["EMAIL_PROVIDERS"]).toContain("no provider is called one:x");
  const config = parseConfig(schema, { ...base, EMAIL_PROVIDERS: "two:5", TOKEN: "t" });
  const accounts = open(config);
  expect(accounts.of(false)).toMatchObject([{ name: "two", weight: 5 }]);
});

test("every account may have a rate, in whole calls per second or parts", () => {
  const withRate = (ONE_RATE_PER_SECOND: string) =>
    problems({ ...base, EMAIL_PROVIDERS: "one", API_KEY: "k", ONE_RATE_PER_SECOND });
  expect(withRate("14")).toEqual({});
  expect(withRate("0.5")).toEqual({});
  expect(withRate("0")["ONE_RATE_PER_SECOND"]).toContain("above 0");
  expect(withRate("many")["ONE_RATE_PER_SECOND"]).toContain("expected a number");
  const config = parseConfig(schema, {
    ...base,
    EMAIL_PROVIDERS: "one,two",
    API_KEY: "k",
    TOKEN: "t",
    ONE_RATE_PER_SECOND: "14",
  });
  const [one, two] = open(config).of(false);
  expect(one?.pace?.room()).toBe(11);
  expect(two?.pace).toBeNull();
});

test("only the variables of listed providers are needed", () => {
  expect(problems({ ...base, EMAIL_PROVIDERS: "two", TOKEN: "t" })).toEqual({});
  expect(Object.keys(problems(base))).toEqual(["EMAIL_PROVIDERS"]);
});

test("accounts open in order, sandbox accounts from their own variables only", () => {
  const config = parseConfig(schema, {
    ...base,
    EMAIL_PROVIDERS: "two, one",
    TOKEN: "t",
    API_KEY: "k",
    SANDBOX_EMAIL_PROVIDERS: "one",
    SANDBOX_API_KEY: "sk",
    SANDBOX_BASE_URL: "https://sandbox.example.com",
  });
  opened.length = 0;
  const accounts = open(config);
  expect(accounts.of(false).map((account) => account.name)).toEqual(["two", "one"]);
  expect(accounts.of(true).map((account) => account.name)).toEqual(["one"]);
  expect(opened).toEqual([
    { name: "two", TOKEN: "t" },
    { name: "one", API_KEY: "k", BASE_URL: "https://api.example.com" },
    { name: "one", API_KEY: "sk", BASE_URL: "https://sandbox.example.com" },
  ]);
});

test("secrets of accounts are described as such", () => {
  const rows = describeConfig(schema).filter((row) => row.secret);
  expect(rows.map((row) => row.name).toSorted()).toEqual([
    "API_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "SANDBOX_API_KEY",
  ]);
});
