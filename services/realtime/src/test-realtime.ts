import { randomUUID } from "node:crypto";
import type { ServerFrame } from "@pulsecourier/contracts";
import { createDb, type InboxOwner, insertItems, loadSecret, type NewInboxItem } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { createFanout, createRedis } from "@pulsecourier/redis";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually, testDatabase, testRedis } from "@pulsecourier/testkit";
import { SignJWT } from "jose";
import { WebSocket } from "ws";
import { createRealtime, type RealtimeOverrides } from "./app.ts";
import { realtimeConfig } from "./config.ts";

const logger = createLogger({ service: "test", level: "silent" });

/** A database and a Redis prefix of its own, what a sender and a gateway would do with them, and realtime on them. */
export type TestRealtime = Awaited<ReturnType<typeof startTestRealtime>>;

export async function startTestRealtime(env: Record<string, string> = {}, overrides: RealtimeOverrides = {}) {
  const database = await testDatabase();
  const topicPrefix = `test-${randomUUID().slice(0, 8)}`;
  const db = createDb({ url: database.url, max: 6, onError: () => undefined });
  const redis = createRedis({ url: testRedis().url, prefix: `${topicPrefix}:`, logger });
  await redis.start();
  const fanout = createFanout(redis);
  const secret = await loadSecret(db, "tokens");
  const closing: (() => Promise<void>)[] = [];

  const start = async (more: Record<string, string> = {}, other: RealtimeOverrides = {}) => {
    const values = { DATABASE_URL: database.url, REDIS_URL: testRedis().url, TOPIC_PREFIX: topicPrefix, REALTIME_PORT: "0" };
    // By default only hints bring news, so that a test that needs the comparison says so.
    const times = { compareEveryMs: 3_600_000, ...overrides, ...other };
    const service = await createRealtime(parseConfig(realtimeConfig, { ...values, ...env, ...more }), { logger, ...times });
    const { url } = await service.start();
    closing.push(() => service.close());
    return { url, close: () => service.close() };
  };
  const first = await start();
  const tokenFor = (owner: InboxOwner, o: { audience?: string; expiresAt?: number } = {}) =>
    new SignJWT({ tenant: owner.tenant })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(owner.recipient)
      .setAudience(o.audience ?? "inbox")
      .setExpirationTime(o.expiresAt ?? Math.floor(Date.now() / 1_000) + 3_600)
      .sign(secret);

  return {
    url: first.url,
    /** Stops the first instance. */
    stop: first.close,
    databaseUrl: database.url,
    topicPrefix,
    db,
    secret,
    tokenFor,
    /** Another instance on the same servers. */
    another: start,
    hint: (owner: InboxOwner) => fanout.publish(`inbox:${owner.tenant}:${owner.recipient}`, JSON.stringify({ seq: 1 })),
    /** What the in-app sender does. */
    async deliver(items: readonly NewInboxItem[]): Promise<void> {
      await insertItems(db, items);
      for (const owner of new Set(items.map((item) => `inbox:${item.tenant}:${item.recipient}`))) await fanout.publish(owner, "{}");
    },
    /** An authenticated socket that has had `ready`. */
    async join(owner: InboxOwner, o: { resume?: string; url?: string } = {}) {
      const client = await openSocket(o.url ?? first.url);
      client.send({ type: "auth", token: await tokenFor(owner), ...(o.resume === undefined ? {} : { resume: o.resume }) });
      await client.until(() => client.frames.length > 0);
      return client;
    },
    metric: async (name: string, url = first.url) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = text.split("\n").find((one) => one.startsWith(name));
      return line === undefined ? 0 : Number(line.split(" ").at(-1));
    },
    async close() {
      for (const close of closing) await close();
      await redis.close();
      await db.close();
      await database.close();
    },
  };
}

export const newOwner = (): InboxOwner => ({ tenant: "default", recipient: `r-${randomUUID()}` });

export const newItems = (owner: InboxOwner, titles: readonly string[], body?: string): NewInboxItem[] =>
  titles.map((title) => ({
    ...owner,
    id: randomUUID(),
    notificationId: randomUUID(),
    title,
    body,
    data: { n: title },
  }));

/** A raw client: what it was sent, and how it ended. */
export async function openSocket(url: string) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/realtime`);
  const frames: ServerFrame[] = [];
  const state: { closed: { code: number; reason: string } | null } = { closed: null };
  socket.on("message", (raw) => frames.push(JSON.parse(String(raw))));
  socket.on("error", () => undefined);
  socket.on("close", (code, reason) => (state.closed = { code, reason: String(reason) }));
  await eventually(() => socket.readyState !== WebSocket.CONNECTING);
  const titles = () => frames.flatMap((frame) => (frame.type === "notification" ? [frame.item.title] : []));
  const unread = () => frames.flatMap((frame) => (frame.type === "unread" ? [frame.count] : []));
  return {
    socket,
    frames,
    titles,
    unread,
    send: (frame: unknown) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    until: (condition: () => boolean) =>
      eventually(() => {
        const last = () => JSON.stringify([frames.length, frames.at(-1), state]).slice(0, 500);
        if (!condition()) throw new Error(`frames, last one and end: ${last()}`);
      }),
    /** The last cursor it was given. */
    cursor: () => frames.flatMap((frame) => ("cursor" in frame ? [frame.cursor] : [])).at(-1) ?? "0",
    /** Close code and reason, once it is closed. */
    closed: () => eventually(() => state.closed ?? Promise.reject(new Error("still open"))),
    close: () => socket.terminate(),
  };
}
