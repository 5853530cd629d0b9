import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { onTestFinished } from "vitest";
import { createSimulator } from "./app.ts";
import { simulatorConfig } from "./config.ts";
import type { Behaviour } from "./behaviour.ts";
import type { JournalEntry, JournalStats } from "./journal.ts";
import type { MessageContent } from "./provider.ts";

/** A simulator of a test's own, with its control API as functions. */
export async function startSimulator(env: Record<string, string> = {}) {
  const config = parseConfig(simulatorConfig, {
    SIMULATOR_PORT: "0",
    SIMULATOR_SMTP_PORT: "0",
    SIMULATOR_APNS_PORT: "0",
    ...env,
  });
  const simulator = createSimulator(config, {
    logger: createLogger({ service: "test", level: "silent" }),
  });
  onTestFinished(() => simulator.close());
  const { url, smtpUrl, apnsUrl } = await simulator.start();
  const get = async <T>(path: string) => (await (await fetch(`${url}/__sim${path}`)).json()) as T;
  return {
    url,
    smtpUrl,
    apnsUrl,
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
  };
}
