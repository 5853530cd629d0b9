import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installJre } from "./install-jre.ts";
import type { OnProgress } from "./progress.ts";

const run = promisify(execFile);
const oldestJava = 17;

export interface JavaSearch {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
}

/**
 * A `java` command of version 17 or newer: JAVA_HOME, else PATH, else a runtime installed into
 * the cache. Throws `java_missing` when none of the three is to be had.
 */
export async function findJava(search: JavaSearch): Promise<string> {
  const candidates = ["java"];
  if (search.env.JAVA_HOME) candidates.unshift(join(search.env.JAVA_HOME, "bin", "java"));
  for (const candidate of candidates) {
    if ((await javaVersion(candidate, search.env)) >= oldestJava) return candidate;
  }
  return installJre(search);
}

/** The major version of a `java` command, 0 when it does not run. */
export async function javaVersion(command: string, env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { stderr } = await run(command, ["-version"], { env });
    return parseJavaVersion(stderr);
  } catch {
    return 0;
  }
}

/** Reads `version "17.0.15"` and the old style `version "1.8.0_402"`; 0 when neither is there. */
export function parseJavaVersion(text: string): number {
  const found = /version "(?:1\.)?(\d+)/.exec(text);
  return Number(found?.[1] ?? 0);
}
