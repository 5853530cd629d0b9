import { ClientFrame, factRecord, type IdSecret, readFact } from "@pulsecourier/contracts";
import { type Db, headsOf, markRead } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import type { Fanout } from "@pulsecourier/redis";
import type { RawData, WebSocket } from "ws";
import { CLOSE } from "./close-codes.ts";
import { closeSocket, type Connection, createConnection } from "./connection.ts";
import { type Hub, inboxKey } from "./hub.ts";
import type { StatusWatch } from "./status-watch.ts";
import { verifyToken } from "./verify-token.ts";

export type SocketContext = {
  db: Db;
  hub: Hub;
  fanout: Fanout;
  statuses: StatusWatch;
  secrets: { tokens: Buffer; ids: IdSecret };
  lifecycleTopic: string;
  logger: Logger;
};

/** How long a socket may stay without a token. */
const AUTH_MS = 5_000;
/** Frames a client may send in one second. */
const MAX_FRAMES_PER_SECOND = 50;

/** Speaks the protocol with one socket until it closes. */
export function serveSocket(socket: WebSocket, context: SocketContext): void {
  let connection: Connection | null = null;
  let frames = 0;
  let second = 0;
  // Frames are handled one after the other, so that `auth` is done before what follows it.
  let work = Promise.resolve();
  const unauthenticated = setTimeout(() => closeSocket(socket, CLOSE.unauthorized, "send your token within 5 s"), AUTH_MS);

  async function handle(raw: RawData): Promise<void> {
    const frame = parseFrame(raw);
    if (frame === null) return closeSocket(socket, CLOSE.policy, "not a frame of this protocol");
    if (frame.type === "auth") {
      if (connection !== null) return closeSocket(socket, CLOSE.policy, "already authenticated");
      connection = await authenticate(socket, frame, context);
      if (connection !== null) clearTimeout(unauthenticated);
    } else if (connection === null) {
      closeSocket(socket, CLOSE.unauthorized, "send your token first");
    } else {
      await answer(connection, frame, context);
    }
  }

  socket.on("message", (raw) => {
    const now = Math.floor(performance.now() / 1_000);
    frames = now === second ? frames + 1 : 1;
    second = now;
    if (frames > MAX_FRAMES_PER_SECOND) return closeSocket(socket, CLOSE.policy, "too many frames");
    work = work
      .then(() => handle(raw))
      .catch((err: unknown) => {
        context.logger.warn({ err }, "a frame could not be handled");
        closeSocket(socket, CLOSE.overload, "try again later");
      });
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
  try {
    return ClientFrame.safeParse(JSON.parse(String(raw))).data ?? null;
  } catch {
    return null;
  }
}

type AuthFrame = Extract<ClientFrame, { type: "auth" }>;

async function authenticate(socket: WebSocket, frame: AuthFrame, context: SocketContext): Promise<Connection | null> {
  const { db, hub, fanout } = context;
  const identity = await verifyToken(context.secrets.tokens, frame.token);
  if (identity === null) {
    closeSocket(socket, CLOSE.unauthorized, "the token is bad or expired; get a new one");
    return null;
  }
  const connection = createConnection(socket, identity, Number.MAX_SAFE_INTEGER);
  // Listening before looking: what comes in between is seen by one of the two.
  hub.add(connection);
  await fanout.settled();
  const [head] = await headsOf(db, [identity]);
  const seq = head?.seq ?? 0;
  connection.position = resumeFrom(frame.resume, seq);
  connection.unread = head?.unread ?? 0;
  connection.send({ type: "ready", unread: connection.unread, cursor: String(connection.position) });
  hub.touch(inboxKey(identity));
  // A socket that closed meanwhile has had its close event; nobody else would remove it.
  if (socket.readyState !== socket.OPEN) hub.remove(connection);
  return connection;
}

/** A cursor is a position in the inbox; one that was never given out counts as none. */
function resumeFrom(cursor: string | undefined, head: number): number {
  const position = cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : head;
  return Math.min(position, head);
}

async function answer(connection: Connection, frame: Exclude<ClientFrame, AuthFrame>, context: SocketContext) {
  const { identity } = connection;
  switch (frame.type) {
    case "ping":
      return connection.send({ type: "pong" });
    case "subscribe":
      return context.statuses.watch(connection, frame.notifications);
    case "read": {
      const owner = { tenant: identity.tenant, recipient: identity.recipient };
      const read = await markRead(context.db, { ...owner, id: frame.id }, (item) =>
        factRecord(context.lifecycleTopic, readFact(context.secrets.ids, { tenant: identity.tenant, ...item })),
      );
      if (read?.changed !== true) return;
      context.hub.touch(inboxKey(identity));
      await context.fanout.publish(`inbox:${owner.tenant}:${owner.recipient}`, "{}");
    }
  }
}
