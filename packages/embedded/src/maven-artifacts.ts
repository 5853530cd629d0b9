import { hash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EmbeddedError } from "./embedded-error.ts";
import type { OnProgress } from "./progress.ts";

type MavenUrl = typeof import("mvn-artifact-url", { with: { "resolution-mode": "require" } });
// Required, not imported: Node and Vite disagree about what its default export is.
const mavenUrl: MavenUrl = createRequire(import.meta.url)("mvn-artifact-url");

/** A jar pinned in maven-lock.json. */
export interface LockedArtifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly size: number;
  readonly sha256: string;
}

export interface ArtifactSource {
  /** Folder the jars are kept in; shared by every checkout of this user. */
  readonly dir: string;
  /** Base URL of a Maven repository; the public one when absent. */
  readonly repositoryUrl?: string | undefined;
  readonly onProgress: OnProgress;
}

const parallelDownloads = 6;
const attempts = 3;
const attemptTimeoutMs = 300_000;

/**
 * Makes every artifact present in `source.dir` with the pinned SHA-256 and returns the paths in
 * the given order. Files that are missing, cut short or altered are fetched again.
 * Throws `download_failed`.
 */
export async function ensureArtifacts(
  artifacts: readonly LockedArtifact[],
  source: ArtifactSource,
): Promise<string[]> {
  await mkdir(source.dir, { recursive: true });
  const states = await Promise.all(artifacts.map((a) => isIntact(a, pathOf(a, source.dir))));
  const missing = artifacts.filter((_, index) => !states[index]);
  await downloadAll(missing, source);
  return artifacts.map((artifact) => pathOf(artifact, source.dir));
}

function pathOf(artifact: LockedArtifact, dir: string): string {
  return join(dir, `${artifact.artifactId}-${artifact.version}.jar`);
}

async function isIntact(artifact: LockedArtifact, path: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes !== undefined && matches(artifact, bytes);
}

function matches(artifact: LockedArtifact, bytes: Buffer): boolean {
  return bytes.length === artifact.size && hash("sha256", bytes) === artifact.sha256;
}

async function downloadAll(
  missing: readonly LockedArtifact[],
  source: ArtifactSource,
): Promise<void> {
  const total = missing.reduce((sum, artifact) => sum + artifact.size, 0);
  const queue = [...missing];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await download(next, source);
      done += next.size;
      source.onProgress({ step: "download", message: next.artifactId, done, total });
    }
  };
  await Promise.all(Array.from({ length: parallelDownloads }, work));
}

async function download(artifact: LockedArtifact, source: ArtifactSource): Promise<void> {
  const base = source.repositoryUrl?.replace(/\/*$/, "/");
  const url = await mavenUrl.default({ ...artifact, extension: "jar" }, base);
  const bytes = await fetchVerified(artifact, url);
  const path = pathOf(artifact, source.dir);
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, bytes);
  await rename(part, path).catch(async (error: unknown) => {
    await rm(part, { force: true });
    throw error;
  });
}

async function fetchVerified(artifact: LockedArtifact, url: string): Promise<Buffer> {
  let failure: unknown;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(attemptTimeoutMs) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (!matches(artifact, bytes)) {
        throw new Error(`its SHA-256 is not the pinned one (${bytes.length} bytes arrived)`);
      }
      return bytes;
    } catch (error) {
      failure = error;
    }
  }
  throw new EmbeddedError(
    "download_failed",
    `Could not download ${url}: ${reasonOf(failure)}.\n` +
      "Ways out: check the network (behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1), " +
      "set MAVEN_REPOSITORY_URL to a mirror, or point KAFKA_BROKERS and REDIS_URL at servers you run.",
    failure,
  );
}

// fetch hides the network's own words ("ENOTFOUND …") in the cause.
function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  return failure.cause instanceof Error ? failure.cause.message : failure.message;
}
