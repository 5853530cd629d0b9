import type { ServerFrame } from "@pulsecourier/contracts";
import { WebSocket } from "ws";
import { CLOSE } from "./close-codes.ts";
import type { Identity } from "./verify-token.ts";

/** Bytes a socket may leave unread before it is closed. */
const MAX_BUFFERED = 1_048_576;
/** How long a closing handshake may take before the socket is cut. */
const CLOSE_MS = 5_000;

/** An authenticated socket: whose it is and how far in the inbox it has been served. */
export type Connection = {
  readonly identity: Identity;
  /** Highest `seq` sent to it. */
  position: number;
  unread: number;
  send: (frame: ServerFrame) => void;
  close: (code: number, reason: string) => void;
};

/** Wraps a socket so that one that never reads cannot fill our memory. */
export function createConnection(socket: WebSocket, identity: Identity, position: number): Connection {
  const close = (code: number, reason: string) => closeSocket(socket, code, reason);
  return {
    identity,
    position,
    unread: -1,
    close,
    send: (frame) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED) close(CLOSE.overload, "this socket does not read");
      else socket.send(JSON.stringify(frame));
    },
  };
}

/** Closes politely, then cuts: a peer that never reads never answers the handshake. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.once("close", () => clearTimeout(timer));
}
