import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onPlatform } from "@pulsecourier/cli";
import { openBed } from "./bed.ts";
import { type Figures, measureAll } from "./measure/measure-all.ts";
import type { BenchOptions } from "./options.ts";
import { profileServices } from "./profile/profile-services.ts";

/**
 * Starts a platform as `npm start` does, in a directory of its own, measures it and hands over the figures.
 * Resolves with an exit code: 1 when anything was lost or duplicated.
 */
export async function runBench(
  options: BenchOptions,
  report: (figures: Figures) => void,
): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), "pulse-bench-"));
  const profile = options.profile ? profileServices() : null;
  // Services that stood still while the baseline was measured warn of it.
  const env = { LOG_LEVEL: "error", ...withoutAccounts(process.env), ...profile?.env };
  try {
    // What is measured ends with the provider; what it reports later would be work of the next run.
    const code = await onPlatform({ dataDir, env, receipts: false }, async (platform, progress) => {
      profile?.watch(platform);
      const bed = await openBed(platform, progress, options.baseline);
      try {
        const figures = await measureAll(bed, options);
        progress.done("Measured.");
        report(figures);
        return figures.lost === 0 && figures.duplicated === 0 ? 0 : 1;
      } finally {
        await bed.close();
      }
    });
    if (profile !== null) process.stdout.write(profile.text());
    return code;
  } finally {
    profile?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Whatever is configured here, the bench sends to the simulator, through accounts that no rate limits. */
function withoutAccounts(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const accounts = /_PROVIDERS$|_RATE_PER_SECOND$|^WEBHOOK_SEND_TO$|^CALLBACK_ALLOWED_ORIGINS$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !accounts.test(name)));
}
