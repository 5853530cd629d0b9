import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below every system's ephemeral range: an outgoing connection can then never take the port of a
// server that is being restarted.
const lowest = 15_000;
const highest = 30_000;

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

/** The preferred port when nothing listens on it, else a random free one; 0 means no preference. */
export async function freePort(preferred = 0): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}
