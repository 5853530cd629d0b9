import { expect, test } from "vitest";
import { createBreaker } from "./breaker.ts";

const transient = { kind: "transient", detail: "503" } as const;
const sent = { kind: "sent" } as const;
const config = { kind: "config", detail: "401" } as const;

function clocked() {
  let time = 0;
  const breaker = createBreaker(() => time);
  return {
    ...breaker,
    now: () => time,
    pass: (ms: number) => void (time += ms),
    waitUntilOpen: () => void (time = breaker.opensAgainAt()),
  };
}

test("opens after ten failures in a row, then lets one call through at a time", () => {
  const breaker = clocked();
  for (let i = 0; i < 9; i += 1) breaker.record(transient);
  breaker.record(sent);
  for (let i = 0; i < 9; i += 1) breaker.record(transient);
  expect(breaker.acquire()).toBe(true);
  breaker.record(transient);
  expect(breaker.acquire()).toBe(false);
  expect(breaker.opensAgainAt()).toBe(5_000);
  breaker.pass(5_000);
  expect(breaker.capacity()).toBe(1);
  expect(breaker.acquire()).toBe(true);
  expect(breaker.acquire()).toBe(false);
  breaker.record(sent);
  expect(breaker.capacity()).toBe(Number.POSITIVE_INFINITY);
});

test("a failed try opens for twice as long, at most two minutes", () => {
  const breaker = clocked();
  for (let i = 0; i < 10; i += 1) breaker.record(transient);
  const opened: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    breaker.waitUntilOpen();
    expect(breaker.acquire()).toBe(true);
    breaker.record(transient);
    opened.push(breaker.opensAgainAt() - breaker.now());
  }
  expect(opened).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
});

test("a misconfigured account opens at once", () => {
  const breaker = clocked();
  breaker.record(config);
  breaker.record(config);
  expect(breaker.acquire()).toBe(false);
  breaker.pass(29_999);
  expect(breaker.capacity()).toBe(0);
  breaker.pass(1);
  expect(breaker.acquire()).toBe(true);
  breaker.release();
  expect(breaker.acquire()).toBe(true);
});

test("`Retry-After` closes the account for that long, without a try-out after", () => {
  const breaker = clocked();
  breaker.record({ kind: "rate_limited", detail: "429", retryAfterMs: 700 });
  expect(breaker.capacity()).toBe(0);
  breaker.pass(700);
  expect(breaker.capacity()).toBe(Number.POSITIVE_INFINITY);
  breaker.record({ kind: "rate_limited", detail: "429" });
  expect(breaker.capacity()).toBe(Number.POSITIVE_INFINITY);
});
