import { once } from "node:events";
import { Pool } from "undici";
import { WebSocket } from "ws";
import type { ServerFrame } from "@pulsecourier/contracts";
import { inboxes } from "./address.ts";

export type OpenInboxes = { gateway: string; key: string; realtime: string; count: number };

export type ReceivedItems = {
  /** How often each item came. */
  items: [id: string, times: number][];
  /** Epoch milliseconds of the latest frame with an item. */
  lastAt: number;
};

export type InboxSockets = {
  /** Forgets what has come so far. */
  reset: () => void;
  /** Resolves when `count` different items have come, or nothing new has for 30 s. */
  untilReceived: (count: number) => Promise<ReceivedItems>;
  close: () => Promise<void>;
};

const PATIENCE_MS = 30_000;

/** Connects a client to each of `count` inboxes, which reads every frame it is sent. */
export async function openInboxes(options: OpenInboxes): Promise<InboxSockets> {
  const { gateway, key, realtime, count } = options;
  const seen = new Map<string, number>();
  let lastAt = 0;
  let whenGrown = () => undefined as void;
  const onFrame = (frame: ServerFrame) => {
    if (frame.type !== "notification") return;
    seen.set(frame.item.id, (seen.get(frame.item.id) ?? 0) + 1);
    lastAt = Date.now();
    whenGrown();
  };
  const pool = new Pool(gateway, { connections: 8 });
  const sockets = await Promise.all(
    inboxes(count).map(async (recipient) =>
      connect(realtime, await tokenOf(pool, key, recipient), onFrame),
    ),
  );
  await pool.close();

  return {
    reset: () => seen.clear(),
    untilReceived: (wanted) =>
      new Promise((resolve) => {
        const finish = () => {
          whenGrown = () => undefined;
          clearTimeout(timer);
          resolve({ items: [...seen], lastAt });
        };
        const timer = setTimeout(finish, PATIENCE_MS);
        whenGrown = () => (seen.size >= wanted ? finish() : void timer.refresh());
        whenGrown();
      }),
    close: async () => {
      const closed = sockets
        .filter(({ readyState }) => readyState === WebSocket.OPEN)
        .map((socket) => once(socket, "close"));
      for (const socket of sockets) socket.close();
      await Promise.all(closed);
    },
  };
}

async function tokenOf(pool: Pool, key: string, recipient: string): Promise<string> {
  const { statusCode, body } = await pool.request({
    method: "POST",
    path: `/v1/recipients/${recipient}/tokens`,
    headers: { authorization: `Bearer ${key}` },
  });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`No token for an inbox: ${statusCode} ${text}`);
  const { token }: { token: string } = JSON.parse(text);
  return token;
}

function connect(
  url: string,
  token: string,
  onFrame: (frame: ServerFrame) => void,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on("open", () => socket.send(JSON.stringify({ type: "auth", token })));
    socket.on("message", (data: Buffer) => {
      const frame: ServerFrame = JSON.parse(data.toString());
      if (frame.type === "ready") resolve(socket);
      onFrame(frame);
    });
    socket.on("close", (code) => reject(new Error(`The WebSocket closed with ${code}.`)));
    socket.on("error", reject);
  });
}
