import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Call, Reply, Work } from "./load-work.ts";

export type Load = Work & { pid: number; close: () => Promise<void> };

/** Starts the load process. A call rejects with what went wrong there, or when it has ended. */
export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL("load-process.ts", import.meta.url)), {
    serialization: "advanced",
    execArgv: [],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on("message", (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) call?.reject(new Error(`The load generator: ${reply.error}`));
    else call?.resolve(reply.result);
  });
  child.once("exit", (code, signal) => {
    const ended = new Error(`The load generator ended with ${code ?? signal}.`);
    for (const call of waiting.values()) call.reject(ended);
  });
  const ask =
    <Name extends keyof Work>(name: Name) =>
    (argument?: unknown) => {
      const call = Promise.withResolvers<unknown>();
      calls += 1;
      waiting.set(calls, call);
      child.send({ id: calls, name, argument } satisfies Call);
      // What comes back is what the work of that name resolves with.
      return call.promise as ReturnType<Work[Name]>;
    };
  return {
    postAll: ask("postAll"),
    postAtRate: ask("postAtRate"),
    openInboxes: ask("openInboxes"),
    resetInboxes: ask("resetInboxes"),
    untilInInboxes: ask("untilInInboxes"),
    closeInboxes: ask("closeInboxes"),
    pid: child.pid ?? 0,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}
