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
    isReady: () => answersPing(port),
  };
}

async function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1_000 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => finish(data.toString().startsWith("+PONG")));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
  });
}
