import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, parseConfig } from "@pulsecourier/runtime";
import { describe, expect, onTestFinished, test } from "vitest";
import { attachmentStoreEnv, openAttachmentStore } from "./open-store.ts";
import { StoreUnavailableError } from "./store.ts";
import { startS3Server } from "./test-s3-server.ts";

const open = (env: Record<string, string>) => {
  const store = openAttachmentStore(parseConfig(attachmentStoreEnv, env));
  onTestFinished(() => store.close());
  return store;
};

async function openFolder() {
  const dir = await mkdtemp(join(tmpdir(), "pulse-attachments-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const names = async () => {
    const all = await readdir(dir, { recursive: true, withFileTypes: true });
    return all.filter((one) => one.isFile()).map(({ name }) => name);
  };
  return { dir, names, store: open({ ATTACHMENTS_DIR: join(dir, "made", "when", "needed") }) };
}

async function openS3(changes: Record<string, string> = {}) {
  const server = await startS3Server();
  const store = open({
    ATTACHMENTS_S3_BUCKET: server.bucket,
    ATTACHMENTS_S3_ENDPOINT: server.url,
    ATTACHMENTS_S3_ACCESS_KEY_ID: "AKIATEST",
    ATTACHMENTS_S3_SECRET_ACCESS_KEY: "secret",
    ...changes,
  });
  const names = async () => [...server.objects.keys()].map((path) => path.split("/").at(-1));
  return { ...server, store, names };
}

async function* inPieces(bytes: Buffer, of = 100_000) {
  for (let at = 0; at < bytes.length; at += of) yield bytes.subarray(at, at + of);
}
async function* cutOff(bytes: Buffer) {
  yield bytes.subarray(0, 10);
  throw new Error("the client hung up");
}
const key = (tenant = "default") => ({ tenant, object: randomUUID() });
const asked = (size: number) => ({ size, signal: AbortSignal.timeout(10_000) });

describe.each([
  ["folder", openFolder],
  ["s3", openS3],
])("%s", (_name, openStore) => {
  test("gives back what it was given, to the tenant it is of", async () => {
    const { store } = await openStore();
    const bytes = randomBytes(1_000_000);
    const at = key();
    await store.put(at, inPieces(bytes), bytes.length);
    const got = await store.get(at, asked(bytes.length));
    expect(got?.equals(bytes)).toBe(true);
    expect(await store.get({ ...at, tenant: "other" }, asked(bytes.length))).toBeNull();
    expect(await store.get(key(), asked(bytes.length))).toBeNull();
  });

  test("an object of another size than asked for is not what was stored", async () => {
    const { store } = await openStore();
    const at = key();
    await store.put(at, inPieces(Buffer.from("abc")), 3);
    expect(await store.get(at, asked(4))).toBeNull();
  });

  test("removes, twice too", async () => {
    const { store, names } = await openStore();
    const at = key();
    await store.put(at, inPieces(Buffer.from("abc")), 3);
    await store.remove(at);
    await store.remove(at);
    expect(await store.get(at, asked(3))).toBeNull();
    expect(await names()).toEqual([]);
  });

  test("content that breaks off leaves nothing, and its own error", async () => {
    const { store, names } = await openStore();
    const at = key();
    await expect(store.put(at, cutOff(Buffer.alloc(100_000)), 100_000)).rejects.toThrow(
      "the client hung up",
    );
    expect(await store.get(at, asked(100_000))).toBeNull();
    expect(await names()).toEqual([]);
  });
});

test("folder: an interrupted write is removed with its object", async () => {
  const { store, dir, names } = await openFolder();
  const at = key();
  await store.put(at, inPieces(Buffer.from("abc")), 3);
  const [found] = await readdir(dir, { recursive: true, withFileTypes: true }).then((all) =>
    all.filter((one) => one.isFile()),
  );
  await writeFile(join(found?.parentPath ?? "", `${at.object}.part`), "ab");
  await store.remove(at);
  expect(await names()).toEqual([]);
});

test("folder: a place that cannot be written to is unavailable", async () => {
  const { dir } = await openFolder();
  await writeFile(join(dir, "file"), "");
  const store = open({ ATTACHMENTS_DIR: join(dir, "file") });
  await expect(store.put(key(), inPieces(Buffer.from("abc")), 3)).rejects.toThrow(
    StoreUnavailableError,
  );
});

describe("s3", () => {
  test.each([
    ["it is down", { status: 503, code: "ServiceUnavailable" }],
    ["the key is refused", { status: 403, code: "AccessDenied" }],
    ["the bucket is gone", { status: 404, code: "NoSuchBucket" }],
  ])("unavailable when %s", async (_why, refusal) => {
    const { store, behaviour } = await openS3();
    const at = key();
    await store.put(at, inPieces(Buffer.from("abc")), 3);
    behaviour.refuses = refusal;
    await expect(store.get(at, asked(3))).rejects.toThrow(StoreUnavailableError);
    await expect(store.put(key(), inPieces(Buffer.from("abc")), 3)).rejects.toThrow(
      StoreUnavailableError,
    );
    await expect(store.remove(at)).rejects.toThrow(StoreUnavailableError);
    behaviour.refuses = null;
    expect(await store.get(at, asked(3))).toEqual(Buffer.from("abc"));
  });

  test("unavailable when nobody listens", async () => {
    const { store } = await openS3({ ATTACHMENTS_S3_ENDPOINT: "http://127.0.0.1:1" });
    await expect(store.get(key(), asked(3))).rejects.toThrow(StoreUnavailableError);
  });

  test("half of the credentials is refused at start", async () => {
    expect(() => open({ ATTACHMENTS_S3_BUCKET: "b", ATTACHMENTS_S3_ACCESS_KEY_ID: "A" })).toThrow(
      ConfigError,
    );
  });
});
