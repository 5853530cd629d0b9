import { markRead } from "@pulsecourier/db";
import { createBreakableProxy, eventually, testRedis } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { newItems, newOwner, startTestRealtime, type TestRealtime } from "./test-realtime.ts";

let realtime: TestRealtime;
beforeAll(async () => {
  realtime = await startTestRealtime();
});
afterAll(() => realtime.close());

/** The same server behind a proxy that can be cut. */
async function behindProxy(address: string, defaultPort: number) {
  const url = new URL(address);
  const proxy = await createBreakableProxy({
    host: url.hostname,
    port: Number(url.port || defaultPort),
  });
  onTestFinished(() => proxy.close());
  url.host = `127.0.0.1:${proxy.port}`;
  return { proxy, url: url.href };
}

const readiness = async (url: string) => {
  const answer = await fetch(`${url}/readyz?verbose`);
  return { status: answer.status, body: await answer.json() };
};

test("without Redis sockets are served by the comparison and the service stays ready, with a warning", async () => {
  const redis = await behindProxy(testRedis().url, 6379);
  const { url, close } = await realtime.another({ REDIS_URL: redis.url }, { compareEveryMs: 200 });
  const owner = newOwner();
  const before = await realtime.join(owner, { url });
  redis.proxy.cut();
  await eventually(async () =>
    expect(await readiness(url)).toMatchObject({
      status: 200,
      body: { status: "warn", checks: { redis: [{ status: "warn" }] } },
    }),
  );
  const items = newItems(owner, ["1", "2"]);
  await realtime.deliver(items);
  const during = await realtime.join(owner, { url, resume: "0" });
  for (const client of [before, during]) {
    await client.until(() => client.titles().length === 2);
    expect(client.titles()).toEqual(["1", "2"]);
  }
  during.send({ type: "read", id: items[0]?.id });
  for (const client of [before, during]) await client.until(() => client.unread().at(-1) === 1);
  await close();
});

test("Redis back after an outage: what was missed comes at once, without the comparison", async () => {
  const redis = await behindProxy(testRedis().url, 6379);
  const { url, close } = await realtime.another({ REDIS_URL: redis.url });
  const owner = newOwner();
  const client = await realtime.join(owner, { url });
  redis.proxy.cut();
  await eventually(async () =>
    expect((await readiness(url)).body).toMatchObject({ status: "warn" }),
  );
  await realtime.deliver(newItems(owner, ["1"]));
  expect(client.titles()).toEqual([]);
  redis.proxy.restore();
  await client.until(() => client.titles().length === 1);
  await realtime.deliver(newItems(owner, ["2"]));
  await client.until(() => client.titles().length === 2);
  await close();
});

test("while Postgres is away sockets stay and new ones wait; all are served after", async () => {
  const postgres = await behindProxy(realtime.env.DATABASE_URL, 5432);
  const { url, close } = await realtime.another(
    { DATABASE_URL: postgres.url },
    { compareEveryMs: 200, authWithinMs: 300 },
  );
  const owner = newOwner();
  const client = await realtime.join(owner, { url });
  const reader = await realtime.join(owner, { url });
  postgres.proxy.cut();
  await realtime.deliver(newItems(owner, ["1", "2"]));
  await eventually(async () =>
    expect(await readiness(url)).toMatchObject({
      status: 503,
      body: { checks: { postgres: [{ status: "fail" }] } },
    }),
  );
  let ready = false;
  const late = realtime.join(owner, { url, resume: "1" }).then((joined) => {
    ready = true;
    return joined;
  });
  // A read that cannot be stored is not swallowed: the client learns that it has to come again.
  reader.send({ type: "read", id: newItems(owner, [""])[0]?.id });
  expect(await reader.closed()).toMatchObject({ code: 1013 });
  expect(client.titles()).toEqual([]);
  expect(ready).toBe(false);
  postgres.proxy.restore();
  await client.until(() => client.titles().length === 2);
  const joined = await late;
  await joined.until(() => joined.titles().length === 1);
  expect(joined.titles()).toEqual(["2"]);
  expect(client.titles()).toEqual(["1", "2"]);
  await close();
});

test("a deploy closes every socket with 1001 within the deadline, also one that never answers", async () => {
  const { url, close } = await realtime.another({ SHUTDOWN_DEADLINE_MS: "1000" });
  const owner = newOwner();
  const [client, silent] = [
    await realtime.join(owner, { url }),
    await realtime.join(owner, { url }),
  ];
  silent.socket.pause();
  const started = performance.now();
  await close();
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(await client.closed()).toMatchObject({ code: 1001 });
  await expect(fetch(`${url}/livez`)).rejects.toThrow();
  silent.close();
  const [item] = newItems(owner, ["1"]);
  if (item === undefined) throw new Error("no item");
  await realtime.deliver([item]);
  const next = await realtime.join(owner, { resume: client.cursor() });
  await next.until(() => next.titles().length === 1);
  expect(
    await markRead(realtime.db, { ...owner, id: item.id }, () => ({
      topic: "t",
      key: "k",
      headers: {},
      value: Buffer.from(""),
    })),
  ).toMatchObject({ unread: 0 });
});
