import { execFile } from "node:child_process";
import { access, chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { EmbeddedError } from "./embedded-error.ts";
import { type ArtifactSource, ensureArtifacts } from "./maven-artifacts.ts";
import lock from "./maven-lock.json" with { type: "json" };

const run = promisify(execFile);

/** The binaries inside the pinned jar, by `process.platform` and `process.arch`. */
const inJar: Readonly<Record<string, string>> = {
  "linux-x64": "redis-server-6.2.6-v5-linux-amd64",
  "linux-arm64": "redis-server-6.2.7-linux-arm64",
  "darwin-x64": "redis-server-6.2.6-v5-darwin-amd64",
  "darwin-arm64": "redis-server-6.2.6-v5-darwin-arm64",
  "win32-x64": "redis-server-5.0.14.1-windows-amd64.exe",
};

/**
 * A `redis-server` command: the one on PATH when it is 6.2 or newer, else the binary of the
 * pinned jar, unpacked into the cache. Throws `platform_unsupported` or `download_failed`.
 */
export async function findRedis(env: NodeJS.ProcessEnv, source: ArtifactSource): Promise<string> {
  const installed = await run("redis-server", ["--version"], { env }).catch(() => undefined);
  if (installed && isNewEnough(installed.stdout)) return "redis-server";

  const name = inJar[`${process.platform}-${process.arch}`];
  if (!name) {
    throw new EmbeddedError(
      "platform_unsupported",
      `There is no embedded Redis for ${process.platform} ${process.arch}. Ways out: install ` +
        "redis-server 6.2 or newer, or set REDIS_URL to the address of a Redis you run.",
    );
  }
  const path = join(source.dir, name);
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return path;
  await unpack(name, path, source);
  return path;
}

/** Reads `Redis server v=7.0.15 sha=…`. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 100 + Number(minor) >= 602;
}

async function unpack(name: string, path: string, source: ArtifactSource): Promise<void> {
  const [jar] = await ensureArtifacts(lock.redis, source);
  const binary = jar && unzipSync(await readFile(jar), { filter: (f) => f.name === name })[name];
  if (!binary) throw new EmbeddedError("server_failed", `The Redis jar holds no ${name}.`);
  await mkdir(source.dir, { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, binary);
  await chmod(part, 0o755);
  await rename(part, path);
}
