import { expect, it } from "vitest";
import { MAX_REQUEST_BYTES, MAX_REQUEST_RECORDS, PartitionBuffer } from "./partition-buffer.ts";

const NEVER = Number.POSITIVE_INFINITY;

it("sends at once on a quiet partition", () => {
  const buffer = new PartitionBuffer<string>();
  buffer.add("a", 100, 1_000);
  expect(buffer.dueAt()).toBe(1_000);
});

it("lingers 5 ms after the first record while the last request is younger than 5 ms", () => {
  const buffer = new PartitionBuffer<string>();
  buffer.add("a", 100, 1_000);
  buffer.take(1_000);
  buffer.settled(1_002);
  buffer.add("b", 100, 1_006);
  buffer.add("c", 100, 1_009);
  expect(buffer.dueAt()).toBe(1_011);
  expect(buffer.take(1_011)).toEqual(["b", "c"]);
  buffer.settled(1_012);
  buffer.add("d", 100, 1_017);
  expect(buffer.dueAt()).toBe(1_017);
});

it("has one request in flight", () => {
  const buffer = new PartitionBuffer<string>();
  buffer.add("a", 100, 0);
  buffer.take(0);
  buffer.add("b", MAX_REQUEST_BYTES, 1);
  expect(buffer.dueAt()).toBe(NEVER);
  buffer.settled(40);
  expect(buffer.dueAt()).toBeLessThanOrEqual(40);
});

it("does not linger when a request is full", () => {
  const buffer = new PartitionBuffer<number>();
  buffer.add(0, 10, 0);
  buffer.take(0);
  buffer.settled(1);
  for (let n = 0; n < MAX_REQUEST_RECORDS + 1; n += 1) buffer.add(n, 10, 2);
  expect(buffer.dueAt()).toBe(2);
  expect(buffer.take(2)).toHaveLength(MAX_REQUEST_RECORDS);
  buffer.settled(3);
  expect(buffer.take(7)).toEqual([MAX_REQUEST_RECORDS]);
});

it("keeps a request under its byte limit, except for one record over it", () => {
  const buffer = new PartitionBuffer<string>();
  buffer.add("small", 1_000, 0);
  buffer.add("huge", MAX_REQUEST_BYTES + 1, 0);
  buffer.add("after", 1_000, 0);
  const takes = [0, 1, 2].map(() => {
    const taken = buffer.take(0);
    buffer.settled(0);
    return taken;
  });
  expect(takes).toEqual([["small"], ["huge"], ["after"]]);
  expect(buffer.dueAt()).toBe(NEVER);
});
