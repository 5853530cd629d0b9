import { expect, test } from "vitest";
import { createBreaker } from "./breaker.ts";
import type { ProviderOutcome } from "./provider.ts";

const transient = { kind: "transient", detail: "503" } as const;
const ambiguous = { kind: "ambiguous", detail: "no answer" } as const;
const permanent = { kind: "permanent", detail: "no" } as const;
const gone = { kind: "recipient_gone", detail: "no such user" } as const;
const sent = { kind: "sent" } as const;
const config = { kind: "config", detail: "401" } as const;
const NO_LIMIT = Number.POSITIVE_INFINITY;

function clocked() {
  let time = 0;
  const breaker = createBreaker(() => time);
  const call = (outcome: ProviderOutcome, times = 1) => {
    for (let i = 0; i < times; i += 1) breaker.record(breaker.acquire() ?? 0, outcome);
  };
  return Object.assign(breaker, {
    call,
    now: () => time,
    pass: (ms: number) => void (time += ms),
    waitUntilOpen: () => void (time = breaker.opensAgainAt()),
  });
}

test.each([transient, ambiguous])("opens at half of at least ten calls: $kind", (failure) => {
  const breaker = clocked();
  breaker.call(failure, 9);
  expect(breaker.capacity()).toBe(NO_LIMIT);
  breaker.call(failure);
  expect(breaker.acquire()).toBeNull();
  const mixed = clocked();
  mixed.call(sent, 20);
  mixed.call(failure, 19);
  expect(mixed.capacity()).toBe(NO_LIMIT);
  mixed.call(failure);
  expect(mixed.capacity()).toBe(0);
  expect(mixed.opensAgainAt()).toBe(5_000);
});

test("refusals of recipients are answers of an account that works", () => {
  const breaker = clocked();
  breaker.call(permanent, 500);
  breaker.call(gone, 500);
  expect(breaker.capacity()).toBe(NO_LIMIT);
});

test.each(["transient", "ambiguous", "rate_limited"] as const)(
  "a recipient's own %s tells nothing ill of the account",
  (kind) => {
    const breaker = clocked();
    breaker.call({ kind, detail: "its server", scope: "recipient" }, 500);
    expect(breaker.capacity()).toBe(NO_LIMIT);
  },
);

test("only what happened lately counts", () => {
  const breaker = clocked();
  breaker.call(transient, 9);
  breaker.pass(30_000);
  breaker.call(transient);
  expect(breaker.capacity()).toBe(NO_LIMIT);
  breaker.call(sent, 10_000);
  breaker.call(transient, 50);
  expect(breaker.capacity()).toBe(0);
});

test("after its time lets one call through at a time, and one that works closes it", () => {
  const breaker = clocked();
  breaker.call(transient, 10);
  breaker.pass(5_000);
  expect(breaker.capacity()).toBe(1);
  const permit = breaker.acquire();
  expect(permit).not.toBeNull();
  expect(breaker.acquire()).toBeNull();
  breaker.record(permit ?? 0, sent);
  expect(breaker.capacity()).toBe(NO_LIMIT);
  breaker.call(transient, 8);
  expect(breaker.capacity()).toBe(NO_LIMIT);
});

test("answers to calls from before an opening do not stand for the try after it", () => {
  const breaker = clocked();
  const early = [breaker.acquire() ?? 0, breaker.acquire() ?? 0];
  breaker.call(transient, 10);
  breaker.pass(5_000);
  breaker.record(early[0] ?? 0, sent);
  expect(breaker.capacity()).toBe(1);
  breaker.record(early[1] ?? 0, ambiguous);
  expect(breaker.capacity()).toBe(1);
});

test("a failed try opens for twice as long, at most two minutes", () => {
  const breaker = clocked();
  breaker.call(transient, 10);
  const opened: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    breaker.waitUntilOpen();
    breaker.call(transient);
    opened.push(breaker.opensAgainAt() - breaker.now());
  }
  expect(opened).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
});

test("a misconfigured account opens at once", () => {
  const breaker = clocked();
  const [one, other] = [breaker.acquire() ?? 0, breaker.acquire() ?? 0];
  breaker.record(one, config);
  breaker.record(other, config);
  expect(breaker.acquire()).toBeNull();
  breaker.pass(29_999);
  expect(breaker.capacity()).toBe(0);
  breaker.pass(1);
  const permit = breaker.acquire();
  breaker.release(permit ?? 0);
  expect(breaker.acquire()).toBe(permit);
});

test("`Retry-After` pauses the account for that long, without a try after", () => {
  const breaker = clocked();
  breaker.call({ kind: "rate_limited", detail: "429", retryAfterMs: 700 });
  expect(breaker.capacity()).toBe(0);
  breaker.pass(700);
  expect(breaker.capacity()).toBe(NO_LIMIT);
  breaker.call({ kind: "rate_limited", detail: "429", retryAfterMs: 9_000, scope: "recipient" });
  expect(breaker.capacity()).toBe(NO_LIMIT);
});

test("rate limits without a time pause for longer each time, until a call is accepted", () => {
  const breaker = clocked();
  const limited = { kind: "rate_limited", detail: "429" } as const;
  const pauses = [1, 2, 3, 4, 5, 6, 7].map(() => {
    const permits = [breaker.acquire() ?? 0, breaker.acquire() ?? 0];
    for (const permit of permits) breaker.record(permit, limited);
    const pause = breaker.opensAgainAt() - breaker.now();
    breaker.pass(pause);
    return pause;
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  breaker.call(sent);
  breaker.call(limited);
  expect(breaker.opensAgainAt() - breaker.now()).toBe(1_000);
});

test("what one instance finds out another takes over", () => {
  const [one, other] = [clocked(), clocked()];
  let changes = 0;
  one.onChange(() => (changes += 1));
  one.call(transient, 10);
  expect(changes).toBe(1);
  other.adopt(one.state());
  expect(other.capacity()).toBe(0);
  other.pass(5_000);
  expect(other.capacity()).toBe(1);
  one.pass(5_000);
  one.call(sent);
  expect(changes).toBe(2);
  other.adopt(one.state());
  expect(other.capacity()).toBe(NO_LIMIT);
});
