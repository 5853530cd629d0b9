import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

type CommandLine = readonly [string, ...string[]];

/** Which user Postgres runs as; without `owner`, the current one. */
export interface RunAs {
  /** Who must own its files. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Whom to spawn `wrap(…)` as. */
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
  wrap(commandLine: CommandLine): CommandLine;
}

const keepAccess = ["--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"];

/**
 * Postgres refuses to run as root, so root runs it as `nobody`, who exists everywhere. Where
 * setpriv is there (util-linux), `nobody` keeps the right to pass through directories that are
 * closed to it, such as a checkout below /root.
 */
export async function postgresUser(): Promise<RunAs> {
  const asIs = (commandLine: CommandLine): CommandLine => commandLine;
  if (process.getuid?.() !== 0) return { spawnAs: {}, wrap: asIs };
  const owner = { uid: await idOf("-u"), gid: await idOf("-g") };
  const setpriv = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, ...keepAccess];
  const works = await run("setpriv", [...setpriv, "true"]).then(
    () => true,
    () => false,
  );
  if (!works) return { owner, spawnAs: owner, wrap: asIs };
  return { owner, spawnAs: {}, wrap: (argv) => ["setpriv", ...setpriv, ...argv] };
}

async function idOf(flag: "-u" | "-g"): Promise<number> {
  const { stdout } = await run("id", [flag, "nobody"]);
  return Number(stdout);
}
