import { expect, test, vi } from "vitest";
import { createByteRoom } from "./byte-room.ts";

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("lets in what fits, the others in order as room is freed", async () => {
  const room = createByteRoom(10);
  const entered: string[] = [];
  const take = (name: string, bytes: number) =>
    room.take(bytes, 60_000).then((ok) => entered.push(`${name} ${ok}`));
  void take("a", 6);
  void take("b", 6);
  // Would fit, and does not overtake.
  void take("c", 4);
  await soon();
  expect(entered).toEqual(["a true"]);
  room.free(6);
  await soon();
  expect(entered).toEqual(["a true", "b true", "c true"]);
});

test("what is larger than the room comes in alone", async () => {
  const room = createByteRoom(10);
  expect(await room.take(50, 0)).toBe(true);
  const next = room.take(1, 60_000);
  room.free(50);
  expect(await next).toBe(true);
});

test("who runs out of patience leaves, and lets in who stood behind", async () => {
  vi.useFakeTimers();
  try {
    const room = createByteRoom(10);
    await room.take(6, 0);
    const large = room.take(8, 1_000);
    const small = room.take(4, 5_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await large).toBe(false);
    expect(await small).toBe(true);
    room.free(6);
    room.free(4);
    expect(await room.take(10, 0)).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
