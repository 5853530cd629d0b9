import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { ServerRecipe } from "./embedded-server.ts";

export interface RedisServerOptions {
  readonly dir: string;
  readonly command: string;
  readonly port: number;
}

/** Says how to run Redis without persistence: nothing in it may matter after a restart. */
export async function prepareRedis({
  dir,
  command,
  port,
}: RedisServerOptions): Promise<ServerRecipe> {
  await mkdir(dir, { recursive: true });
  // The command line must keep naming the directory; the Windows build, 5.0, has no such option.
  const title = process.platform === "win32" ? [] : ["--set-proc-title", "no"];
  const settings = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--dir", dir];
  return {
    name: "redis",
    command,
    args: [...settings, "--appendonly", "no", ...title],
    cwd: dir,
    logFile: join(dir, "redis.log"),
    stopSignal: "SIGTERM",
    isReady: (pid) => answers(port, pid),
  };
}

// Who else took the port in the meantime may be a Redis as well: only this process counts.
async function answers(port: number, pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1_000 });
    let answer = "";
    const finish = (): void => {
      socket.destroy();
      resolve(answer.includes(`process_id:${pid}\r\n`));
    };
    socket.once("connect", () => socket.end("INFO server\r\n"));
    socket.on("data", (data) => (answer += data.toString()));
    for (const event of ["end", "error", "timeout"]) socket.once(event, finish);
  });
}
