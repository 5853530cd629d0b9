import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Platform } from "@pulsecourier/cli";
import { profileTable } from "./profile-table.ts";
import { CpuProfile } from "./shares.ts";

const SAMPLE_MICROS = 2_000;

/** Lets the services write where their time went, which costs some of it. */
export function profileServices() {
  const dir = mkdtempSync(join(tmpdir(), "pulse-profile-"));
  const groups = new Map<string, string>();
  let since = 0;
  return {
    env: {
      NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=${SAMPLE_MICROS} --cpu-prof-dir=${dir}`,
    },
    /** Whose profiles will be read, from now on. */
    watch(platform: Platform): void {
      since = Number(process.hrtime.bigint() / 1_000n);
      for (const group of Object.keys(platform.instances))
        groups.set(String(platform.pid(group)), group);
    },
    /** Once they have ended. */
    text: () => `\n${profileTable(profilesIn(dir, groups), since)}\n`,
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Node names a profile `CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile`. */
function profilesIn(dir: string, groups: ReadonlyMap<string, string>): Map<string, CpuProfile> {
  const profiles = readdirSync(dir).flatMap((file) => {
    const group = groups.get(file.split(".")[3] ?? "");
    if (group === undefined) return [];
    const content: unknown = JSON.parse(readFileSync(join(dir, file), "utf8"));
    return [[group, CpuProfile.parse(content)] as const];
  });
  return new Map(profiles);
}
