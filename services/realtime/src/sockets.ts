import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Metrics } from "@pulsecourier/observability";
import { type WebSocket, WebSocketServer } from "ws";
import { CLOSE, type CloseCode } from "./close-codes.ts";

/** A frame from a browser is small; one over this closes the socket with 1009. */
const MAX_FRAME_BYTES = 16_384;
/** How long a closing handshake may take before the socket is cut, ms: who never reads never answers it. */
const CLOSE_MS = 5_000;

/** The sockets of this instance, authenticated or not. */
export type Sockets = {
  /** For the HTTP server's `upgrade` event. */
  upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  /** Called with each new socket and the stream under it. */
  serve: (accept: (socket: WebSocket, stream: Duplex) => void) => void;
  all: () => Iterable<WebSocket>;
  close: (socket: WebSocket, code: CloseCode, reason: string) => void;
  /** Takes no more, closes all, and cuts those still there after `withinMs`. */
  closeAll: (code: CloseCode, withinMs: number) => Promise<void>;
};

export function createSockets(o: { maxSockets: number; metrics: Metrics }): Sockets {
  const options = { path: "/v1/realtime", maxPayload: MAX_FRAME_BYTES, closeTimeout: CLOSE_MS };
  const server = new WebSocketServer({ ...options, noServer: true });
  const open = o.metrics.gauge({
    name: "pulse_realtime_sockets",
    help: "Open sockets",
    collect: (): void => open.set(server.clients.size),
  });
  const buffered = o.metrics.gauge({
    name: "pulse_realtime_buffered_bytes",
    help: "Bytes that wait for clients to read them",
    collect: (): void =>
      buffered.set([...server.clients].reduce((sum, socket) => sum + socket.bufferedAmount, 0)),
  });
  const closed = o.metrics.counter({
    name: "pulse_realtime_closed_total",
    help: "Sockets closed from here",
    labels: ["code"],
  });
  const close = (socket: WebSocket, code: CloseCode, reason: string) => {
    if (socket.readyState !== socket.OPEN) return;
    closed.inc({ code });
    socket.close(code, reason);
  };
  let accept: (socket: WebSocket, stream: Duplex) => void = (socket) => socket.terminate();

  return {
    upgrade: (request, stream, head) =>
      server.handleUpgrade(request, stream, head, (socket) => {
        if (server.clients.size > o.maxSockets)
          return close(socket, CLOSE.overload, "too many sockets here");
        accept(socket, stream);
      }),
    serve: (served) => {
      accept = served;
    },
    all: () => server.clients,
    close,
    closeAll: async (code, withinMs) => {
      for (const socket of server.clients) close(socket, code, "restarting; connect again");
      const cut = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, withinMs);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(cut);
    },
  };
}
