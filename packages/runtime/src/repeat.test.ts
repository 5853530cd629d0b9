import { expect, it, vi } from "vitest";
import { repeat } from "./repeat.ts";

it("goes on at once while a round asks for no wait, and not after it is closed", async () => {
  let rounds = 0;
  const repeated = repeat(async () => {
    rounds += 1;
    return rounds < 3 ? 0 : 60_000;
  });
  await vi.waitUntil(() => rounds === 3);
  await repeated.close();
  expect(rounds).toBe(3);
});

it("waits before the first round if asked to, and is closed while it waits", async () => {
  const round = vi.fn<() => Promise<number>>();
  await repeat(round, 60_000).close();
  expect(round).not.toHaveBeenCalled();
});

it("closes when the round it is in has ended, which hears of it", async () => {
  const { promise: began, resolve: begin } = Promise.withResolvers<AbortSignal>();
  const { promise: asked, resolve: end } = Promise.withResolvers<number>();
  const repeated = repeat((signal) => {
    begin(signal);
    return asked;
  });
  const signal = await began;
  let closed = false;
  const closing = repeated.close().then(() => {
    closed = true;
  });
  expect(signal.aborted).toBe(true);
  expect(closed).toBe(false);
  end(0);
  await closing;
  expect(closed).toBe(true);
});
