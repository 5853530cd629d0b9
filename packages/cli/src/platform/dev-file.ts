import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this command line belongs to. */
export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** Data of the dev platform: `PULSE_DATA_DIR`, else the git-ignored `.pulse` of this checkout. */
export function dataDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env["PULSE_DATA_DIR"] || join(ROOT, ".pulse"));
}

/** Where everything of a running dev platform is; `dev.json` in the data directory, there only while it runs. */
export type DevFile = {
  gateway: string;
  realtime: string;
  simulator: string;
  kafka: string;
  database: string;
  redis: string;
  apiKey: string;
  /** Key of the `sample` tenant, whose messages go to the simulator whatever providers are configured. */
  sampleApiKey: string;
  /** The ops address of each service: `/livez`, `/readyz`, `/metrics`. */
  services: Record<string, string>;
  pid: number;
};

const pathIn = (dataDir: string) => join(dataDir, "dev.json");

export function writeDevFile(dataDir: string, content: DevFile): void {
  mkdirSync(dataDir, { recursive: true });
  const part = `${pathIn(dataDir)}.part`;
  writeFileSync(part, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, pathIn(dataDir));
}

export function removeDevFile(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

/** The running platform of a data directory, or null. A file whose process is gone counts as none. */
export function readDevFile(dataDir = dataDirectory()): DevFile | null {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return null;
  const content: DevFile = JSON.parse(readFileSync(path, "utf8"));
  return isAlive(content.pid) ? content : null;
}

/** Whether the platform of a file still answers; its process id alone may be another's by now. */
export async function answers(dev: DevFile): Promise<boolean> {
  const response = await fetch(`${dev.gateway}/livez`, {
    signal: AbortSignal.timeout(2_000),
  }).catch(() => null);
  return response?.ok === true;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
