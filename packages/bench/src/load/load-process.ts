import { type InboxSockets, openInboxes } from "./inbox-sockets.ts";
import type { Call, Reply, Work } from "./load-work.ts";
import { postAll } from "./post-all.ts";
import { postAtRate } from "./post-at-rate.ts";

/** The load generator: a process of its own, so that measuring does not slow down what sends and reads. */
let sockets: InboxSockets | undefined;

const work: Work = {
  postAll,
  postAtRate,
  openInboxes: async (options) => {
    sockets = await openInboxes(options);
  },
  resetInboxes: async () => sockets?.reset(),
  untilInInboxes: async (count) =>
    (await sockets?.untilReceived(count)) ?? { items: [], lastAt: 0 },
  closeInboxes: async () => sockets?.close(),
};

process.on("message", ({ id, name, argument }: Call) => {
  // The pair of a name and its argument was typed where the call was made.
  const act = work[name] as (argument: unknown) => Promise<unknown>;
  act(argument).then(
    (result) => reply({ id, result }),
    (error: unknown) =>
      reply({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on("disconnect", () => process.exit());

function reply(message: Reply): void {
  process.send?.(message);
}
