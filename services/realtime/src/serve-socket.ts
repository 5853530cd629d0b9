import { ClientFrame } from "@pulsecourier/contracts";
import type { Logger } from "@pulsecourier/observability";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { answerFrame, type AnswerContext } from "./answer-frame.ts";
import { CLOSE, type CloseCode } from "./close-codes.ts";
import { type Connection, createConnection } from "./connection.ts";
import { createFrameLimit } from "./frame-limit.ts";
import type { Sockets } from "./sockets.ts";
import { verifyToken } from "./verify-token.ts";

export type SocketContext = AnswerContext & {
  tokenSecret: Buffer;
  /** How long a socket may stay without a token, ms. */
  authWithinMs: number;
  sockets: Pick<Sockets, "close">;
  logger: Logger;
};

/** Frames a client may send in one second, and have unanswered at a time. */
const MAX_FRAMES = 50;
/** Resuming after this position means: what is new from now on. */
const NEWEST = Number.MAX_SAFE_INTEGER;

/** Speaks the protocol with one socket, `stream` under it, until it closes. */
export function serveSocket(socket: WebSocket, stream: Duplex, context: SocketContext): void {
  let connection: Connection | null = null;
  // Frames are handled one after the other, so that `auth` is done before what follows it.
  let work = Promise.resolve();
  const limit = createFrameLimit(MAX_FRAMES);
  const close = (code: CloseCode, reason: string) => context.sockets.close(socket, code, reason);
  const unauthenticated = setTimeout(
    () => close(CLOSE.unauthorized, `send your token within ${context.authWithinMs} ms`),
    context.authWithinMs,
  );

  async function handle(raw: RawData): Promise<void> {
    if (socket.readyState !== socket.OPEN) return;
    const frame = parseFrame(raw);
    if (frame === null) return close(CLOSE.policy, "not a frame of this protocol");
    if (frame.type !== "auth") {
      if (connection === null) return close(CLOSE.unauthorized, "send your token first");
      return await answerFrame(connection, frame, context);
    }
    if (connection !== null) return close(CLOSE.policy, "already authenticated");
    const identity = await verifyToken(context.tokenSecret, frame.token);
    if (identity === null)
      return close(CLOSE.unauthorized, "the token is bad or expired; get a new one");
    clearTimeout(unauthenticated);
    const position = positionOf(frame.resume);
    const onDrain = () => context.hub.touch(joined);
    const joined = createConnection({ socket, stream, identity, position, close, onDrain });
    connection = joined;
    context.hub.add(joined);
  }

  socket.on("message", (raw) => {
    if (!limit.take()) return close(CLOSE.policy, "too many frames");
    work = work
      .then(() => handle(raw))
      .catch((err: unknown) => {
        context.logger.warn({ err }, "a frame could not be handled");
        close(CLOSE.overload, "this could not be stored; try again later");
      })
      .finally(limit.handled);
  });
  socket.on("error", (err) => context.logger.debug({ err }, "socket failed"));
  socket.on("close", () => {
    clearTimeout(unauthenticated);
    void work.then(() => {
      if (connection === null) return;
      context.hub.remove(connection);
      context.statuses.forget(connection);
    });
  });
}

function parseFrame(raw: RawData): ClientFrame | null {
  // ws gives a Buffer unless it is told to do otherwise.
  if (!Buffer.isBuffer(raw)) return null;
  try {
    return ClientFrame.safeParse(JSON.parse(raw.toString())).data ?? null;
  } catch {
    return null;
  }
}

/** A cursor is a position in the inbox; what cannot be one counts as none. */
function positionOf(cursor: string | undefined): number {
  return cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : NEWEST;
}
