import { createLogger } from "@pulsecourier/observability";
import { createBreakableProxy, testRedis } from "@pulsecourier/testkit";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { createFanout } from "./fanout.ts";
import { createRedis, type Redis } from "./redis.ts";

const logger = createLogger({ service: "test", level: "silent" });
const soon = { timeout: 8_000, interval: 10 };

async function startRedis(options?: { url?: string; prefix?: string }): Promise<Redis> {
  const { url, prefix } = testRedis();
  const redis = createRedis({ url, prefix, logger, ...options });
  onTestFinished(() => redis.close());
  await redis.start();
  return redis;
}

async function startBehindProxy({ away = false } = {}) {
  const target = new URL(testRedis().url);
  const proxy = await createBreakableProxy({
    host: target.hostname,
    port: Number(target.port || 6379),
  });
  onTestFinished(() => proxy.close());
  if (away) proxy.cut();
  const url = new URL(target);
  url.host = `127.0.0.1:${proxy.port}`;
  return { proxy, redis: await startRedis({ url: url.href }) };
}

async function startFanout(redis: Redis, onGap?: () => void) {
  const fanout = createFanout(redis, { onGap });
  onTestFinished(() => fanout.close());
  await fanout.start();
  return fanout;
}

describe("createRedis", () => {
  it("runs commands under its prefix", async () => {
    const redis = await startRedis();
    expect(redis.healthy()).toBe(true);
    expect(await redis.run((client) => client.set("greeting", "hello", "EX", 60))).toEqual({
      ok: true,
      value: "OK",
    });
    const bare = await startRedis({ prefix: "" });
    const read = await bare.run((client) => client.get(`${redis.prefix}greeting`));
    expect(read).toEqual({ ok: true, value: "hello" });
  });

  it("gives the error of a bad command as a value", async () => {
    const redis = await startRedis();
    const result = await redis.run((client) => client.eval("return nonsense(", 0));
    expect(result.ok).toBe(false);
    expect(redis.healthy()).toBe(true);
  });

  it("starts without a server, fails fast, and connects once there is one", async () => {
    const { proxy, redis } = await startBehindProxy({ away: true });
    expect(redis.healthy()).toBe(false);
    const started = performance.now();
    expect(await redis.run((client) => client.get("x"))).toMatchObject({ ok: false });
    expect(performance.now() - started).toBeLessThan(100);
    proxy.restore();
    await vi.waitFor(() => expect(redis.healthy()).toBe(true), soon);
    expect(await redis.run((client) => client.get("x"))).toEqual({ ok: true, value: null });
  });

  it("does not repeat a command whose connection broke", async () => {
    const { proxy, redis } = await startBehindProxy();
    proxy.freeze();
    const running = redis.run((client) => client.incr("counter"));
    await new Promise((resolve) => setImmediate(resolve));
    proxy.cut();
    expect(await running).toMatchObject({ ok: false });
    proxy.restore();
    await vi.waitFor(() => expect(redis.healthy()).toBe(true), soon);
    expect(await redis.run((client) => client.get("counter"))).toEqual({ ok: true, value: null });
  });

  it("gives up on a server that hangs, says so, and recovers", async () => {
    const { proxy, redis } = await startBehindProxy();
    proxy.freeze();
    const started = performance.now();
    expect(await redis.run((client) => client.get("x"))).toMatchObject({ ok: false });
    expect(performance.now() - started).toBeLessThan(2_000);
    await vi.waitFor(() => expect(redis.healthy()).toBe(false), soon);
    proxy.restore();
    await vi.waitFor(() => expect(redis.healthy()).toBe(true), soon);
  });

  it("closes while the server is away", async () => {
    const { proxy, redis } = await startBehindProxy();
    proxy.cut();
    await vi.waitFor(() => expect(redis.healthy()).toBe(false), soon);
    await redis.close();
    expect(await redis.run((client) => client.get("x"))).toMatchObject({ ok: false });
  });
});

describe("createFanout", () => {
  it("reaches every listener of the channel and no other, in order", async () => {
    const fanout = await startFanout(await startRedis());
    const a: string[] = [];
    const b: string[] = [];
    const other: string[] = [];
    fanout.subscribe("inbox", (message) => a.push(message));
    fanout.subscribe("inbox", (message) => b.push(message));
    fanout.subscribe("elsewhere", (message) => other.push(message));
    await fanout.settled();
    const messages = Array.from({ length: 500 }, (_, n) => `m${n}`);
    const results = await Promise.all(messages.map((message) => fanout.publish("inbox", message)));
    expect(results.every((result) => result.ok && result.value === 1)).toBe(true);
    await vi.waitFor(() => expect(b).toHaveLength(500), soon);
    expect(a).toEqual(messages);
    expect(b).toEqual(messages);
    expect(other).toEqual([]);
  });

  it("keeps prefixes apart", async () => {
    const mine = await startFanout(await startRedis());
    const theirs = await startFanout(await startRedis({ prefix: "another:" }));
    const got: string[] = [];
    mine.subscribe("inbox", (message) => got.push(message));
    await mine.settled();
    expect(await theirs.publish("inbox", "not for you")).toEqual({ ok: true, value: 0 });
    await mine.publish("inbox", "for you");
    await vi.waitFor(() => expect(got).toEqual(["for you"]), soon);
  });

  it("stops on unsubscribe, leaving other listeners alone", async () => {
    const fanout = await startFanout(await startRedis());
    const got: string[] = [];
    const listener = (message: string) => void got.push(message);
    const first = fanout.subscribe("inbox", listener);
    const second = fanout.subscribe("inbox", listener);
    first();
    first();
    await fanout.settled();
    await fanout.publish("inbox", "one");
    await vi.waitFor(() => expect(got).toEqual(["one"]), soon);
    second();
    await fanout.settled();
    expect(await fanout.publish("inbox", "two")).toEqual({ ok: true, value: 0 });
    fanout.subscribe("inbox", listener);
    await fanout.settled();
    await fanout.publish("inbox", "three");
    await vi.waitFor(() => expect(got).toEqual(["one", "three"]), soon);
  });

  it("listens again after an outage and tells of the gap", async () => {
    const { proxy, redis } = await startBehindProxy();
    let gaps = 0;
    const fanout = await startFanout(redis, () => gaps++);
    const got: string[] = [];
    fanout.subscribe("before", (message) => got.push(message));
    await fanout.settled();
    proxy.cut();
    await vi.waitFor(() => expect(redis.healthy()).toBe(false), soon);
    expect(await fanout.publish("before", "lost")).toMatchObject({ ok: false });
    fanout.subscribe("meanwhile", (message) => got.push(message));
    proxy.restore();
    await vi.waitFor(() => expect(gaps).toBe(1), soon);
    await vi.waitFor(() => expect(redis.healthy()).toBe(true), soon);
    await fanout.publish("before", "a");
    await fanout.publish("meanwhile", "b");
    await vi.waitFor(() => expect(got).toEqual(["a", "b"]), soon);
  });
});
