import type { Message } from "kafkajs";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { KafkaError } from "../client/error.ts";
import { createHealth } from "../client/health.ts";
import type { OutRecord } from "../records/record.ts";
import { MAX_RECORD_BYTES } from "./record-size.ts";
import { SendQueue, type SendQueueOptions } from "./send-queue.ts";

type Request = { topic: string; partition: number; values: unknown[] };

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

function setUp(
  o: Partial<SendQueueOptions> = {},
  answer?: (request: Request) => Promise<void> | void,
) {
  const requests: Request[] = [];
  const ends = new Map<string, number>();
  const health = createHealth(() => Promise.resolve());
  closing.push(health.close);
  const queue = new SendQueue({
    counts: { known: () => 4, learn: () => Promise.resolve() },
    health,
    async produce(to, messages: Message[]) {
      const request = { ...to, values: messages.map((message) => message.value) };
      requests.push(request);
      await answer?.(request);
      const first = ends.get(`${to.topic}/${to.partition}`) ?? 0;
      ends.set(`${to.topic}/${to.partition}`, first + messages.length);
      return BigInt(first);
    },
    timeoutMs: 5_000,
    maxRecords: 1_000,
    maxBytes: 1_000_000,
    ...o,
  });
  return { queue, requests, health };
}

const to = (partition: number, value: string): OutRecord => ({
  topic: "t",
  key: null,
  value,
  headers: {},
  partition,
});
const unavailable = new KafkaError({
  code: "kafka_unavailable",
  kind: "retriable",
  message: "away",
});

it("answers receipts in the order of the records", async () => {
  const { queue, requests } = setUp();
  const receipts = await queue.send([to(2, "a"), to(0, "b"), to(2, "c")]);
  expect(receipts).toEqual([
    { topic: "t", partition: 2, offset: "0" },
    { topic: "t", partition: 0, offset: "0" },
    { topic: "t", partition: 2, offset: "1" },
  ]);
  expect(requests.map((r) => r.partition).toSorted((a, b) => a - b)).toEqual([0, 2]);
});

it("sends what one turn adds to a partition in one request", async () => {
  const { queue, requests } = setUp();
  await Promise.all(["a", "b", "c"].map((value) => queue.send([to(1, value)])));
  expect(requests).toEqual([{ topic: "t", partition: 1, values: ["a", "b", "c"] }]);
});

it("takes along what waits for more on other partitions", async () => {
  const turns: number[][] = [];
  let turn: number[] | undefined;
  const { queue } = setUp({}, ({ partition }) => {
    if (turn === undefined) {
      turns.push((turn = []));
      setImmediate(() => (turn = undefined));
    }
    turn.push(partition);
  });
  await queue.send([to(0, "a")]);
  // Partition 0 has just sent and would wait; partition 1 is quiet and does not.
  await Promise.all([queue.send([to(0, "b")]), queue.send([to(1, "c")])]);
  expect(turns).toEqual([[0], [0, 1]]);
});

it("lets one partition's request be in flight beside another's, and one of each", async () => {
  let inFlight = 0;
  const most: Record<string, number> = {};
  const { queue } = setUp({}, async ({ partition }) => {
    inFlight += 1;
    most[partition] = (most[partition] ?? 0) + 1;
    most["all"] = Math.max(most["all"] ?? 0, inFlight);
    expect(most[partition]).toBe(1);
    await wait(5);
    inFlight -= 1;
    most[partition] -= 1;
  });
  const sends: Promise<unknown>[] = [];
  for (let n = 0; n < 40; n += 1) {
    sends.push(queue.send([to(n % 4, String(n))]));
    if (n % 8 === 7) await new Promise(setImmediate);
  }
  await Promise.all(sends);
  expect(most["all"]).toBe(4);
});

it("pitfall 2: repeats a failed request with the same records on the same partition", async () => {
  let failures = 2;
  const { queue, requests } = setUp({}, () => {
    failures -= 1;
    if (failures >= 0) throw unavailable;
  });
  const keyless = (value: string): OutRecord => ({ topic: "t", key: null, value, headers: {} });
  const [first, second] = await queue.send([keyless("a"), keyless("b")]);
  expect(first?.partition).toBe(second?.partition);
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map((r) => JSON.stringify(r))).size).toBe(1);
});

it("moves on to another partition with the next call's records without a key", async () => {
  const { queue } = setUp();
  const seen = new Set<number>();
  for (let n = 0; n < 4; n += 1) {
    const [receipt] = await queue.send([{ topic: "t", key: null, value: "v", headers: {} }]);
    seen.add(receipt?.partition ?? -1);
  }
  expect(seen.size).toBe(4);
});

it("rejects what cannot be repeated at once", async () => {
  const refusal = new KafkaError({ code: "kafka_refused", kind: "fatal", message: "no" });
  const { queue, requests } = setUp({}, () => Promise.reject(refusal));
  await expect(queue.send([to(0, "a")])).rejects.toBe(refusal);
  expect(requests).toHaveLength(1);
});

it("refuses a record over the limit without sending any of its call", async () => {
  const { queue, requests } = setUp();
  const sent = queue.send([to(0, "small"), to(0, "x".repeat(MAX_RECORD_BYTES))]);
  await expect(sent).rejects.toMatchObject({ code: "record_too_large", retriable: false });
  expect(requests).toEqual([]);
});

it("waits for room, in order, and says so when none comes in time", async () => {
  const gate = Promise.withResolvers<void>();
  const { queue, requests } = setUp({ maxRecords: 2, timeoutMs: 200 }, () => gate.promise);
  const first = queue.send([to(0, "a"), to(1, "b")]);
  const second = queue.send([to(2, "c")]);
  await new Promise(setImmediate);
  expect(requests.map((r) => r.partition).toSorted((a, b) => a - b)).toEqual([0, 1]);
  await expect(second).rejects.toMatchObject({ code: "kafka_unavailable", retriable: true });
  await expect(first).rejects.toMatchObject({ code: "kafka_unavailable" });
  gate.resolve();
  const third = queue.send([to(2, "d")]);
  await expect(third).resolves.toHaveLength(1);
  expect(requests.flatMap((r) => r.values)).not.toContain("c");
});

it("takes a call larger than all room when nothing else is held", async () => {
  const { queue } = setUp({ maxRecords: 2 });
  await expect(queue.send(["a", "b", "c"].map((v) => to(0, v)))).resolves.toHaveLength(3);
});

it("is unhealthy from a failed request until one succeeds", async () => {
  let away = true;
  const { queue, health } = setUp({ timeoutMs: 400 }, () => {
    if (away) throw unavailable;
  });
  await expect(queue.send([to(0, "a")])).rejects.toThrow(/away.*repeat under the same id/);
  expect(health.failure()).toBe(unavailable);
  away = false;
  await queue.send([to(0, "b")]);
  expect(health.failure()).toBeUndefined();
});

it("finishes what it holds when drained and refuses the rest", async () => {
  const { queue } = setUp();
  const sent = queue.send([to(0, "a")]);
  const drained = queue.drain();
  await expect(queue.send([to(0, "b")])).rejects.toMatchObject({ code: "producer_closed" });
  await drained;
  await expect(sent).resolves.toHaveLength(1);
});

it("is unhealthy when the partitions of a topic cannot be asked for, not when it does not exist", async () => {
  const cannot = (error: KafkaError) => ({
    counts: {
      known: () => undefined,
      async learn() {
        throw error;
      },
    },
  });
  const away = setUp(cannot(unavailable));
  await expect(away.queue.send([to(0, "a")])).rejects.toThrow("away");
  expect(away.health.failure()).toBe(unavailable);
  const unknown = new KafkaError({ code: "unknown_topic", kind: "retriable", message: "no such" });
  const missing = setUp(cannot(unknown));
  await expect(missing.queue.send([to(0, "a")])).rejects.toThrow("no such");
  expect(missing.health.failure()).toBeUndefined();
});
