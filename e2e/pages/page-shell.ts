import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type PageShell = ReturnType<typeof startPageShell>;
type Result = { code: number; stdout: string; stderr: string };

// An answer of 400 or more fails a test, though `curl -s` alone would show it and go on; what npx finds
// is found without the seconds it takes.
const PREPARE = `set -eo pipefail
curl() { command curl --fail-with-body "$@"; }
npx() { "node_modules/.bin/$1" "\${@:2}"; }
`;

/** A bash to paste the blocks of one page into: variables and background jobs stay from block to block. */
export function startPageShell(cwd: string, env: Record<string, string>) {
  const bash = spawn("bash", ["--norc", "--noprofile"], { cwd, env, detached: true });
  const ended = once(bash, "close").then(([code]: unknown[]) => Number(code ?? 1));
  const dir = mkdtempSync(join(tmpdir(), "pulse-block-"));
  const file = join(dir, "block.sh");
  let stdout = "";
  let stderr = "";
  bash.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  bash.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  bash.stdin.write(PREPARE);

  async function run(text: string, how: string): Promise<Result> {
    writeFileSync(file, text);
    [stdout, stderr] = ["", ""];
    bash.stdin.write(`${how}\nprintf '\\n<%s %s>' done $code\n`);
    const { promise, resolve } = Promise.withResolvers<number>();
    const look = () => {
      const code = /\n<done (\d+)>$/.exec(stdout)?.[1];
      if (code !== undefined) resolve(Number(code));
    };
    bash.stdout.on("data", look);
    const code = await Promise.race([promise, ended]);
    bash.stdout.off("data", look);
    return { code, stdout: stdout.replace(/\n<done \d+>$/, ""), stderr };
  }

  return {
    /** Pastes a block; a command that fails ends the shell. */
    paste: (text: string) => run(text, `source ${file} </dev/null\ncode=0`),
    /** The same without leaving a trace in the shell, so that it can be repeated. */
    look: (text: string) =>
      run(text, `set +e\n(set -e; source ${file} </dev/null)\ncode=$?\nset -e`),
    close: async () => {
      try {
        process.kill(-(bash.pid ?? 0), "SIGKILL");
      } catch {
        // A shell whose block failed has ended.
      }
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
