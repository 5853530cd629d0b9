import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { onTestFinished } from "vitest";
import { createSimulator } from "./app.ts";
import { simulatorConfig } from "./config.ts";
import type { Behaviour } from "./behaviour.ts";
import type { JournalEntry, JournalStats } from "./journal.ts";
import type { MessageContent } from "./provider.ts";
import type { ReceiptStats } from "./receipts/create-receipts.ts";
import { createReporters } from "./receipts/reporters.ts";

/** A simulator of a test's own, with its control API as functions. */
export async function startSimulator(env: Record<string, string> = {}) {
  const simulator = await openSimulator(env);
  onTestFinished(() => simulator.close());
  return simulator;
}

/** The same for all tests of a file, which close it. */
export async function openSimulator(env: Record<string, string> = {}) {
  const config = parseConfig(simulatorConfig, {
    SIMULATOR_PORT: "0",
    SIMULATOR_SMTP_PORT: "0",
    SIMULATOR_APNS_PORT: "0",
    ...env,
  });
  const reporters = createReporters(config);
  const logger = createLogger({ service: "test", level: "silent" });
  const simulator = createSimulator(config, { logger, reporters });
  const { url, smtpUrl, apnsUrl } = await simulator.start();
  const get = async <T>(path: string) => (await (await fetch(`${url}/__sim${path}`)).json()) as T;
  return {
    url,
    smtpUrl,
    apnsUrl,
    /** What receivers verify callbacks with, by the gateway's variable. */
    keys: (provider: string) => reporters[provider]?.shown ?? {},
    /** How many reports wait, were taken and were given up, and how they were answered. */
    told: async (provider: string) =>
      (await get<{ providers: Record<string, ReceiptStats> }>("/receipts")).providers[provider],
    /** What a provider does before its first report; false when the receiver did not go along. */
    subscribe: async (provider: string, to: string, signal: AbortSignal) =>
      (await reporters[provider]?.subscribe?.(to, signal)) ?? true,
    inbound: (provider: string, message: { from: string; text: string }) =>
      fetch(`${url}/__sim/inbound/${provider}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(message),
      }),
    stats: () => get<JournalStats>("/stats"),
    messages: async (query = "") => (await get<{ data: JournalEntry[] }>(`/messages${query}`)).data,
    message: (id: string) =>
      get<JournalEntry & { content: MessageContent | null }>(`/messages/${id}`),
    behave: (provider: string, behaviour: Behaviour) =>
      fetch(`${url}/__sim/behaviour/${provider}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(behaviour),
      }),
    reset: () => fetch(`${url}/__sim/reset`, { method: "POST" }),
    close: () => simulator.close(),
  };
}
