import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApi } from "../api-client.ts";
import { type Latency, measureLatency } from "../bench/measure-latency.ts";
import { measureThroughput, type Throughput } from "../bench/measure-throughput.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";
import { onPlatform } from "./on-platform.ts";

type Figures = Throughput & Latency & { notifications: number };

/**
 * `pulse bench`: a platform of its own on this machine, sent through the SendGrid wire. Ids the gateway accepted
 * are joined with what the simulator received; 1 when anything was lost or duplicated.
 */
export async function bench(options: {
  count: number;
  json: boolean;
  out?: string;
}): Promise<number> {
  const { count } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "pulse-bench-"));
  const env = { ...process.env, EMAIL_PROVIDERS: undefined };
  try {
    return await onPlatform({ dataDir, env }, async ({ dev }, progress) => {
      const { gateway, simulator, apiKey } = dev;
      const api = createApi(gateway, apiKey);
      progress.step("Warming up");
      await measureThroughput({ api, simulator, count: Math.min(2_000, count) });
      progress.step("From accepted to the provider at 50/s");
      const latency = await measureLatency({ api, simulator, perSecond: 50, seconds: 10 });
      progress.step(`${count} notifications in batches of 100`);
      const throughput = await measureThroughput({ api, simulator, count });
      progress.done("Measured.");
      const figures = { notifications: count, ...throughput, ...latency };
      if (options.out !== undefined)
        writeFileSync(options.out, `${JSON.stringify(figures, null, 2)}\n`);
      print(options.json, figures, (all) => `\n${figuresTable(all)}\n`);
      return figures.lost === 0 && figures.duplicated === 0 ? 0 : 1;
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function figuresTable(figures: Figures): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  return table(
    ["what", "figure", "unit"],
    [
      ["notifications", whole(figures.notifications), ""],
      ["accepted", whole(figures.acceptedPerSecond), "per second"],
      ["end to end", whole(figures.endToEndPerSecond), "per second"],
      ["accepted to provider, half within", figures.p50Ms.toFixed(1), "ms at 50 per second"],
      ["accepted to provider, 99 % within", figures.p99Ms.toFixed(1), "ms at 50 per second"],
      ["lost", whole(figures.lost), ""],
      ["duplicated", whole(figures.duplicated), ""],
    ],
    ["figure"],
  );
}
