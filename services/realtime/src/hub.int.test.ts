import type { ServerFrame } from "@pulsecourier/contracts";
import { createDb, insertItems } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { createFanout, createRedis, type Fanout } from "@pulsecourier/redis";
import { eventually, testDatabase, testRedis } from "@pulsecourier/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Connection } from "./connection.ts";
import { createHub } from "./hub.ts";
import { newItems, newOwner } from "./test-realtime.ts";

const logger = createLogger({ service: "test", level: "silent" });

async function startServers() {
  const database = await testDatabase();
  const db = createDb({ url: database.url, onError: () => undefined });
  const redis = createRedis({ ...testRedis(), logger });
  const fanout = createFanout(redis);
  await redis.start();
  await fanout.start();
  onTestFinished(async () => {
    await fanout.close();
    await redis.close();
    await db.close();
    await database.close();
  });
  return { db, fanout };
}

function connectionOf(owner: { tenant: string; recipient: string }) {
  const frames: ServerFrame[] = [];
  const connection: Connection = {
    identity: { ...owner, expiresAt: Number.POSITIVE_INFINITY },
    ready: false,
    position: Number.MAX_SAFE_INTEGER,
    unread: 0,
    takesItems: () => true,
    stalledMs: () => 0,
    send: (frame) => void frames.push(frame),
    together: (write) => write(),
    close: () => undefined,
  };
  return { connection, frames };
}

const presence = { arrived: () => undefined, left: () => undefined, refresh: () => undefined };

test("an item whose hint came before the subscription was in force is found when it is", async () => {
  const { db, fanout } = await startServers();
  const subscribed = Promise.withResolvers<void>();
  // Redis takes its time over the subscription.
  const slow: Fanout = {
    ...fanout,
    subscribe: (channel, listener) => {
      void subscribed.promise.then(() => fanout.subscribe(channel, listener));
      return () => undefined;
    },
    settled: () => subscribed.promise.then(() => fanout.settled()),
  };
  const owner = newOwner();
  const { connection, frames } = connectionOf(owner);
  createHub({ db, fanout: slow, presence, onError: (error) => expect.fail(String(error)) }).add(
    connection,
  );
  await eventually(() => expect(frames).toEqual([{ type: "ready", unread: 0, cursor: "0" }]));
  await insertItems(db, newItems(owner, ["1"]));
  await fanout.publish(`inbox:${owner.tenant}:${owner.recipient}`, "{}");
  expect(frames).toHaveLength(1);
  subscribed.resolve();
  await eventually(() =>
    expect(frames.map((frame) => frame.type)).toEqual(["ready", "notification", "unread"]),
  );
});

test("a failed look at Postgres is told, and the next touch is served", async () => {
  const { db, fanout } = await startServers();
  let away = true;
  const errors: unknown[] = [];
  const shaky: typeof db = {
    ...db,
    query: (name, text, values) =>
      away ? Promise.reject(new Error("away")) : db.query(name, text, values),
  };
  const { connection, frames } = connectionOf(newOwner());
  const hub = createHub({ db: shaky, fanout, presence, onError: (error) => errors.push(error) });
  hub.add(connection);
  await eventually(() => expect(errors.length).toBeGreaterThan(0));
  expect(frames).toEqual([]);
  away = false;
  hub.touchAll();
  await eventually(() => expect(frames).toHaveLength(1));
  hub.remove(connection);
  expect(hub.connections()).toEqual([]);
});
