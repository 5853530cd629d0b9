import type { WebSocket } from "ws";
import { CLOSE } from "./close-codes.ts";
import type { Hub } from "./hub.ts";
import type { Sockets } from "./sockets.ts";

const PING_MS = 30_000;

/**
 * What keeps sockets honest: a ping every 30 s cuts those that do not answer; every `compareEveryMs` those whose
 * token expired or that do not read are closed, and every inbox is compared with Postgres, since a hint over Redis
 * may have been lost.
 */
export function keepAlive(o: {
  sockets: Sockets;
  hub: Hub;
  compareEveryMs: number;
  /** How long a socket may read nothing of what waits for it. */
  stallMs: number;
}): { close: () => void } {
  const silent = new WeakSet<WebSocket>();
  const ping = setInterval(() => {
    for (const socket of o.sockets.all()) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once("pong", () => silent.delete(socket));
      socket.ping();
    }
  }, PING_MS);
  const compare = setInterval(() => {
    const now = Date.now();
    for (const connection of o.hub.connections()) {
      if (connection.identity.expiresAt <= now)
        connection.close(CLOSE.unauthorized, "the token expired; get a new one");
      else if (connection.stalledMs() > o.stallMs)
        connection.close(CLOSE.overload, "this socket does not read");
    }
    o.hub.touchAll();
    o.hub.tellPresence();
  }, o.compareEveryMs);
  return {
    close: () => {
      clearInterval(ping);
      clearInterval(compare);
    },
  };
}
