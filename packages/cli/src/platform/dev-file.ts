import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this command line belongs to. */
export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** Data of the dev platform, git-ignored. */
export const DATA_DIR = join(ROOT, ".pulse");

/** Where everything of a running dev platform is; `.pulse/dev.json`, there only while it runs. */
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

const path = join(DATA_DIR, "dev.json");

export function writeDevFile(content: DevFile): void {
  mkdirSync(DATA_DIR, { recursive: true });
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

export function removeDevFile(): void {
  rmSync(path, { force: true });
}

/** The running platform of this checkout, or null. A file whose process is gone counts as none. */
export function readDevFile(): DevFile | null {
  if (!existsSync(path)) return null;
  const content: DevFile = JSON.parse(readFileSync(path, "utf8"));
  return isAlive(content.pid) ? content : null;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
