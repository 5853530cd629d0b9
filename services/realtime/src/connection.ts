import type { Duplex } from "node:stream";
import type { ServerFrame } from "@pulsecourier/contracts";
import { WebSocket } from "ws";
import { CLOSE, type CloseCode } from "./close-codes.ts";
import type { Identity } from "./verify-token.ts";

/** Bytes a socket may leave unread before it gets no further items. Above Node's high-water mark, so `drain` comes. */
const FULL_BYTES = 262_144;
/** Bytes a socket may leave unread at all: the above, one item of the largest size, and what answers its frames. */
const MAX_BYTES = 8_388_608;

/** An authenticated socket: whose it is and how far in the inbox it has been served. */
export type Connection = {
  readonly identity: Identity;
  /** False until it has been sent `ready`. */
  ready: boolean;
  /** Highest `seq` it has had; before it is ready, the one to resume after. */
  position: number;
  /** The count it was told last. */
  unread: number;
  /** False when it is closing, or has not yet read enough of what it was sent. */
  takesItems: () => boolean;
  /** How long it has not taken items, ms. */
  stalledMs: () => number;
  send: (frame: ServerFrame) => void;
  /** Sends what `write` sends in one go. */
  together: (write: () => void) => void;
  close: (code: CloseCode, reason: string) => void;
};

/**
 * Wraps a socket (and the stream under it) so that one that reads slowly is sent no faster than it reads, and one
 * that never reads cannot fill our memory. Resumes after `position`.
 */
export function createConnection(o: {
  socket: WebSocket;
  stream: Duplex;
  identity: Identity;
  position: number;
  close: (code: CloseCode, reason: string) => void;
  /** It takes items again. */
  onDrain: () => void;
}): Connection {
  const { socket, stream } = o;
  let fullSince: number | null = null;
  stream.on("drain", () => {
    if (fullSince === null) return;
    fullSince = null;
    o.onDrain();
  });
  return {
    identity: o.identity,
    ready: false,
    position: o.position,
    unread: 0,
    takesItems: () => {
      if (socket.readyState !== WebSocket.OPEN) return false;
      if (socket.bufferedAmount < FULL_BYTES) return true;
      fullSince ??= performance.now();
      return false;
    },
    stalledMs: () => (fullSince === null ? 0 : performance.now() - fullSince),
    send: (frame) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MAX_BYTES) o.close(CLOSE.overload, "this socket does not read");
      else socket.send(JSON.stringify(frame));
    },
    together: (write) => {
      stream.cork();
      write();
      stream.uncork();
    },
    close: o.close,
  };
}
