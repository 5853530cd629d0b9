import { createLogger } from "@pulsecourier/observability";
import type { Env } from "@pulsecourier/runtime";
import { onTestFinished } from "vitest";
import type { Sender } from "./define-sender.ts";
import { SHORT_TIERS } from "./test-bench.ts";

/** Runs a channel's sender in this environment, with short tiers, on any free port, until the test ends; answers its URL. */
export async function runSender(sender: Sender, env: Env): Promise<string> {
  const port = `${sender.name.replace("-", "_").toUpperCase()}_PORT`;
  const service = await sender.open(
    { ...env, [port]: "0" },
    {
      logger: createLogger({ service: "test", level: "silent" }),
      tierDelayMs: (tier) => SHORT_TIERS[tier],
    },
  );
  const { url } = await service.start();
  onTestFinished(() => service.close());
  return url;
}
