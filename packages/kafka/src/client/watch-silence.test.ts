import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchSilence } from "./watch-silence.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("pitfall 5: notices a client that hangs without saying so, once", () => {
  const onSilence = vi.fn();
  const watch = watchSilence(1_000, onSilence);
  for (let n = 0; n < 5; n += 1) {
    vi.advanceTimersByTime(900);
    watch.sign();
  }
  expect(onSilence).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_100);
  expect(onSilence).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(5_000);
  expect(onSilence).toHaveBeenCalledOnce();
});

it("says nothing after it was stopped", () => {
  const onSilence = vi.fn();
  watchSilence(1_000, onSilence).stop();
  vi.advanceTimersByTime(5_000);
  expect(onSilence).not.toHaveBeenCalled();
});
