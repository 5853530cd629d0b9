import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { beforeEach, expect, test } from "vitest";
import { usesDataDir } from "./claim-data-dir.ts";
import { ANY_PORTS, type Embedded, type EmbeddedOptions, startEmbedded } from "./start-embedded.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "embedded-"));
  return () => rm(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  return startEmbedded({ dataDir, preferredPorts: ANY_PORTS, ...options });
}

interface Running {
  readonly parent: ChildProcess;
  readonly ports: readonly number[];
  readonly pids: readonly number[];
}

/** Starts all three servers from a process of its own, so that it can be killed. */
async function startFromAnotherProcess(): Promise<Running> {
  const index = new URL("index.ts", import.meta.url).href;
  const script = `
    import { startEmbedded } from ${JSON.stringify(index)};
    const options = ${JSON.stringify({ dataDir, preferredPorts: ANY_PORTS })};
    const { kafka, postgres, redis } = await startEmbedded(options);
    process.send({
      addresses: ["http://" + kafka.brokers, postgres.url, redis.url],
      pids: [kafka.pid, postgres.pid, redis.pid],
    });`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [message] = await once(parent, "message");
  const ports = message.addresses.map((address: string) => Number(new URL(address).port));
  return { parent, ports, pids: message.pids };
}

async function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

// Not by the pid alone: whoever adopts a killed server may leave a zombie of it.
async function alive(pids: readonly number[]): Promise<boolean[]> {
  return Promise.all(pids.map((pid) => usesDataDir(pid, dataDir)));
}

test("a parent killed with SIGKILL leaves nothing behind, and the next start works", async () => {
  const { parent, ports, pids } = await startFromAnotherProcess();
  expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true]);

  parent.kill("SIGKILL");
  const next = await start({ kafka: false });
  expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
  expect(await alive(pids)).toEqual([false, false, false]);
  await next.close();
});

test("servers whose guardian was killed too are ended by the next start", async () => {
  const { parent, pids } = await startFromAnotherProcess();
  const record = JSON.parse(await readFile(join(dataDir, "guardian.json"), "utf8"));
  process.kill(record.pid, "SIGKILL");
  parent.kill("SIGKILL");
  await once(parent, "exit");
  expect(await alive(pids)).toEqual([true, true, true]);

  const next = await start({ kafka: false });
  expect(await alive(pids)).toEqual([false, false, false]);
  await next.close();
});

test("a killed server comes back on its port", async () => {
  const embedded = await start({ kafka: false });
  for (const server of [embedded.postgres, embedded.redis]) {
    const port = Number(new URL(server?.url ?? "").port);
    const killed = server?.pid ?? 0;
    await server?.kill();
    expect(await alive([killed])).toEqual([false]);
    await server?.start();
    expect(server?.pid).not.toBe(killed);
    expect(await isOpen(port)).toBe(true);
  }
  await embedded.close();
});

test("a server whose port was taken meanwhile says so", async () => {
  const { redis, close } = await start({ kafka: false, postgres: false });
  const port = Number(new URL(redis?.url ?? "").port);
  await redis?.stop();
  const squatter = createServer().listen(port, "127.0.0.1");
  await once(squatter, "listening");
  await expect(redis?.start()).rejects.toMatchObject({ code: "port_taken" });
  squatter.close();
  await redis?.start();
  expect(await isOpen(port)).toBe(true);
  await close();
});

test("another Redis on the port is not taken for the one that was started", async () => {
  const { redis, close } = await start({ kafka: false, postgres: false });
  const port = Number(new URL(redis?.url ?? "").port);
  await redis?.stop();
  const other = await start({
    dataDir: join(dataDir, "other"),
    kafka: false,
    postgres: false,
    preferredPorts: { redis: port },
  });
  await expect(redis?.start()).rejects.toMatchObject({ code: "port_taken" });
  await Promise.all([close(), other.close()]);
});

test("a frozen server does not keep close waiting", async () => {
  const { redis, close } = await start({ kafka: false, postgres: false });
  const pid = redis?.pid ?? 0;
  await redis?.kill("SIGSTOP");
  await close();
  expect(await alive([pid])).toEqual([false]);
});

test("a directory in use is refused", async () => {
  const first = await start({ kafka: false, postgres: false });
  await expect(start({ kafka: false, postgres: false })).rejects.toMatchObject({
    code: "data_dir_in_use",
  });
  await first.close();
});

test("a taken port is said and another one used", async () => {
  const first = await start({ kafka: false, postgres: false });
  const taken = Number(new URL(first.redis?.url ?? "").port);
  const said: string[] = [];
  const second = await start({
    dataDir: join(dataDir, "second"),
    kafka: false,
    postgres: false,
    preferredPorts: { redis: taken },
    onProgress: (progress) => said.push(progress.message),
  });
  expect(said).toContainEqual(expect.stringMatching(`port ${taken} is taken, using \\d+ instead`));
  expect(second.redis?.url).not.toBe(first.redis?.url);
  await Promise.all([first.close(), second.close()]);
});

test("the data of Postgres survives a kill and is there after the next start", async () => {
  const first = await start({ kafka: false, redis: false });
  await query(first, "create table kept as select 42 as answer");
  await first.postgres?.kill();
  await first.close();
  const second = await start({ kafka: false, redis: false });
  expect(await query(second, "select answer from kept")).toEqual([{ answer: 42 }]);
  await second.close();
});

async function query(embedded: Embedded, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: embedded.postgres?.url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}
