import { randomUUID } from "node:crypto";
import {
  createDb,
  type InboxOwner,
  insertItems,
  loadSecret,
  type NewInboxItem,
} from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { createFanout, createRedis, findPresent } from "@pulsecourier/redis";
import { parseConfig, type Service } from "@pulsecourier/runtime";
import { testDatabase, testRedis } from "@pulsecourier/testkit";
import { SignJWT } from "jose";
import { createRealtime, type RealtimeOverrides } from "./app.ts";
import { realtimeConfig } from "./config.ts";
import { channelOf } from "./hub.ts";
import { openSocket } from "./test-client.ts";

const logger = createLogger({ service: "test", level: "silent" });

/** Realtime on servers of its own, and what a sender and a gateway would do with them, for tests. */
export type TestRealtime = Awaited<ReturnType<typeof startTestRealtime>>;

export async function startTestRealtime(
  env: Record<string, string> = {},
  overrides: RealtimeOverrides = {},
) {
  const servers = await openServers();
  const instances: Service[] = [];
  const start = async (more: Record<string, string> = {}, other: RealtimeOverrides = {}) => {
    // By default only hints bring news, so that a test that needs the comparison says so.
    const times = { compareEveryMs: 3_600_000, ...overrides, ...other };
    const config = parseConfig(realtimeConfig, { ...servers.env, ...env, ...more });
    const service = await createRealtime(config, { logger, ...times });
    instances.push(service);
    const { url } = await service.start();
    return { url, close: () => service.close() };
  };
  const first = await start();

  return {
    ...servers,
    url: first.url,
    /** Another instance on the same servers. */
    another: start,
    /** An authenticated socket that has had `ready`. */
    async join(owner: InboxOwner, o: { resume?: string; url?: string } = {}) {
      const client = await openSocket(o.url ?? first.url);
      const resume = o.resume === undefined ? {} : { resume: o.resume };
      client.send({ type: "auth", token: await servers.tokenFor(owner), ...resume });
      await client.until(() => client.frames.length > 0);
      return client;
    },
    metric: async (name: string, url = first.url) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = text.split("\n").find((one) => one.startsWith(name));
      return line === undefined ? 0 : Number(line.split(" ").at(-1));
    },
    async close() {
      for (const instance of instances) await instance.close();
      await servers.close();
    },
  };
}

async function openServers() {
  const database = await testDatabase();
  const topicPrefix = `test-${randomUUID().slice(0, 8)}`;
  const db = createDb({ url: database.url, max: 6, onError: () => undefined });
  const redis = createRedis({ url: testRedis().url, prefix: `${topicPrefix}:`, logger });
  await redis.start();
  const fanout = createFanout(redis);
  const secret = await loadSecret(db, "tokens");
  const hint = (owner: InboxOwner) => fanout.publish(channelOf(owner), "{}");
  return {
    env: {
      DATABASE_URL: database.url,
      REDIS_URL: testRedis().url,
      TOPIC_PREFIX: topicPrefix,
      REALTIME_PORT: "0",
    },
    db,
    secret,
    hint,
    isPresent: async (owner: InboxOwner) => (await findPresent(redis, [owner]))(owner),
    /** What the in-app sender does. */
    async deliver(items: readonly NewInboxItem[]): Promise<void> {
      await insertItems(db, items);
      const owners = new Map(items.map((item) => [channelOf(item), item]));
      await Promise.all([...owners.values()].map(hint));
    },
    tokenFor: (owner: InboxOwner, o: { audience?: string; expiresAt?: number } = {}) =>
      new SignJWT({ tenant: owner.tenant })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(owner.recipient)
        .setAudience(o.audience ?? "inbox")
        .setExpirationTime(o.expiresAt ?? Math.floor(Date.now() / 1_000) + 3_600)
        .sign(secret),
    async close() {
      await redis.close();
      await db.close();
      await database.close();
    },
  };
}

export const newOwner = (): InboxOwner => ({ tenant: "default", recipient: `r-${randomUUID()}` });

export const newItems = (
  owner: InboxOwner,
  titles: readonly string[],
  body?: string,
): NewInboxItem[] =>
  titles.map((title) => ({
    ...owner,
    id: randomUUID(),
    notificationId: randomUUID(),
    title,
    body,
    data: { n: title },
  }));
