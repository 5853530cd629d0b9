import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApi } from "../api-client.ts";
import { measureLatency } from "../bench/measure-latency.ts";
import { measureThroughput } from "../bench/measure-throughput.ts";
import { startPlatform } from "../platform/start-platform.ts";
import { createProgress } from "../terminal/progress.ts";
import { table } from "../terminal/table.ts";

/**
 * `pulse bench`: a platform of its own on this machine, sent through the SendGrid wire. Ids the gateway accepted
 * are joined with what the simulator received; 1 when anything was lost or duplicated.
 */
export async function bench(options: { count: string; json: boolean }): Promise<number> {
  const count = Number(options.count);
  const dataDir = mkdtempSync(join(tmpdir(), "pulse-bench-"));
  const progress = createProgress();
  const env = { ...process.env, EMAIL_PROVIDERS: undefined };
  const platform = await startPlatform({ dataDir, env, progress });
  try {
    const { gateway, simulator, apiKey } = platform.dev;
    const api = createApi(gateway, apiKey);
    progress.step("Warming up");
    await measureThroughput({ api, simulator, count: Math.min(2_000, count) });
    progress.step("Accept to provider at 50/s");
    const latency = await measureLatency({ api, simulator, perSecond: 50, seconds: 10 });
    progress.step(`${count} notifications in batches of 100`);
    const throughput = await measureThroughput({ api, simulator, count });
    progress.done("Measured.");
    const result = { ...throughput, ...latency };
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `\n${readable(result)}\n`);
    return result.lost === 0 && result.duplicated === 0 ? 0 : 1;
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function readable(result: Record<string, number>): string {
  return table(
    ["what", "figure"],
    Object.entries(result).map(([what, figure]) => [what, String(Math.round(figure * 10) / 10)]),
  );
}
