import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFrameLimit } from "./frame-limit.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("so many frames a second and no more", () => {
  const limit = createFrameLimit(2);
  const answered = () => {
    const taken = limit.take();
    if (taken) limit.handled();
    return taken;
  };
  expect([answered(), answered(), answered()]).toEqual([true, true, false]);
  vi.advanceTimersByTime(1_000);
  expect(answered()).toBe(true);
});

test("frames that are not handled yet count, however slowly they came", () => {
  const limit = createFrameLimit(2);
  const later = () => {
    vi.advanceTimersByTime(5_000);
    return limit.take();
  };
  expect([later(), later(), later()]).toEqual([true, true, false]);
  limit.handled();
  expect(later()).toBe(true);
});
