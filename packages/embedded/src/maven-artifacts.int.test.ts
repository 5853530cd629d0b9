import { hash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ensureArtifacts, type LockedArtifact } from "./maven-artifacts.ts";
import type { OnProgress, Progress } from "./progress.ts";

const bytes = Buffer.from("the bytes of a jar".repeat(100));
const jar: LockedArtifact = {
  groupId: "org.example",
  artifactId: "thing",
  version: "1.0",
  size: bytes.length,
  sha256: hash("sha256", bytes),
};

let body = bytes;
const requests: string[] = [];
const repository = createServer((request, response) => {
  requests.push(request.url ?? "");
  response.end(body);
});
let repositoryUrl: string;
let dir: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => repository.listen(0, "127.0.0.1", resolve));
  const { port } = repository.address() as AddressInfo; // a TCP server's address is never a string
  repositoryUrl = `http://127.0.0.1:${port}/maven`;
});

beforeEach(async () => {
  body = bytes;
  requests.length = 0;
  dir = await mkdtemp(join(tmpdir(), "artifacts-"));
  return () => rm(dir, { recursive: true });
});

afterAll(() => repository.close());

async function ensure(onProgress: OnProgress = () => undefined): Promise<string[]> {
  return ensureArtifacts([jar], { dir, repositoryUrl, onProgress });
}

test("fetches what is missing, once, and reports the bytes", async () => {
  const seen: Progress[] = [];
  const paths = await ensure((progress) => seen.push(progress));
  await ensure();
  expect(paths).toEqual([join(dir, "thing-1.0.jar")]);
  expect(await readFile(join(dir, "thing-1.0.jar"))).toEqual(bytes);
  expect(requests).toEqual(["/maven/org/example/thing/1.0/thing-1.0.jar"]);
  expect(seen).toMatchObject([{ step: "download", done: bytes.length, total: bytes.length }]);
});

test("fetches again what was cut short or altered", async () => {
  const [path = ""] = await ensure();
  for (const broken of [bytes.subarray(0, 100), Buffer.alloc(bytes.length)]) {
    await writeFile(path, broken);
    await ensure();
    expect(await readFile(path)).toEqual(bytes);
  }
  expect(requests).toHaveLength(3);
});

test("keeps nothing whose checksum is wrong", async () => {
  body = Buffer.alloc(bytes.length);
  await expect(ensure()).rejects.toMatchObject({ code: "download_failed" });
  await expect(readFile(join(dir, "thing-1.0.jar"))).rejects.toThrow("ENOENT");
});

test("without a network the error names the address and the ways out", async () => {
  const source = { dir, repositoryUrl: "http://127.0.0.1:1/maven", onProgress: () => undefined };
  const failure = ensureArtifacts([jar], source);
  await expect(failure).rejects.toMatchObject({ code: "download_failed" });
  await expect(failure).rejects.toThrow(/thing-1\.0\.jar.*MAVEN_REPOSITORY_URL/s);
});
