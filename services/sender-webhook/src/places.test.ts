import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPlaces, type Place } from "./places.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Places = ReturnType<typeof createPlaces>;

async function fill(places: Places, count: number): Promise<Place[]> {
  const taken = await Promise.all(Array.from({ length: count }, () => places.take()));
  return taken.filter((place) => place !== null);
}

async function callOnce(places: Places, ms: number): Promise<void> {
  const [place] = await fill(places, 1);
  vi.advanceTimersByTime(ms);
  if (place !== undefined) places.leave(place);
}

test("a burst at a receiver that answers soon waits, and goes in the order it came", async () => {
  const places = createPlaces(2);
  await callOnce(places, 5);
  const [first, second] = await fill(places, 2);
  const order: number[] = [];
  const waiting = [1, 2, 3].map((number) => places.take().then(() => order.push(number)));
  expect(places.taken()).toBe(2);
  if (first === undefined || second === undefined) throw new Error("no place");
  places.leave(first);
  places.leave(second);
  await Promise.all(waiting.slice(0, 2));
  expect(order).toEqual([1, 2]);
  expect(places.taken()).toBe(2);
});

test("who waits in vain is told so in time, and takes no place later", async () => {
  const places = createPlaces(1);
  const [place] = await fill(places, 1);
  const late = places.take();
  vi.advanceTimersByTime(250);
  expect(await late).toBeNull();
  if (place !== undefined) places.leave(place);
  expect(places.taken()).toBe(0);
});

test("nobody waits at a receiver that is slow", async () => {
  const places = createPlaces(1);
  await callOnce(places, 10_000);
  await fill(places, 1);
  expect(await places.take()).toBeNull();
});

test("nobody waits at a receiver that has not answered for long", async () => {
  const places = createPlaces(1);
  await fill(places, 1);
  vi.advanceTimersByTime(300);
  expect(await places.take()).toBeNull();
});

test("what finds no place gets a time of its own, at the pace of the receiver, within two minutes", async () => {
  const places = createPlaces(2);
  for (let call = 0; call < 50; call += 1) await callOnce(places, 1_000);
  const times = Array.from({ length: 500 }, () => places.reserve());
  expect(times[0]).toBeCloseTo(750, -2);
  expect((times[10] ?? 0) - (times[0] ?? 0)).toBeCloseTo(5_000, -2);
  expect(Math.max(...times)).toBeLessThanOrEqual(120_000);
});
