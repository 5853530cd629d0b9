import { topicNames } from "@pulsecourier/contracts";
import { HEADER_NOT_BEFORE, type InRecord } from "@pulsecourier/kafka";
import { expect, test } from "vitest";
import { createDueTimes } from "./due-time.ts";

const names = topicNames("test");
const record = (notBefore: number | null, offset = 0n): InRecord => ({
  topic: names.retry("email", "normal", "5s"),
  partition: 1,
  offset,
  timestamp: 0,
  key: null,
  value: null,
  headers: { ...(notBefore !== null && { [HEADER_NOT_BEFORE]: String(notBefore) }) },
});

test("what waits for nothing is due at no time, a retry when its header says", () => {
  const dueOf = createDueTimes({ now: () => 100_000, aheadMs: () => 0 });
  expect(dueOf(record(null))).toBeNull();
  expect(dueOf(record(105_400))).toBe(105_400);
  expect(dueOf(record(1))).toBe(1);
});

test("by the platform's clock: a developer who travels has it sooner", () => {
  let ahead = 0;
  const dueOf = createDueTimes({ now: () => 100_000, aheadMs: () => ahead });
  expect(dueOf(record(105_000))).toBe(105_000);
  ahead = 3_600_000;
  expect(dueOf(record(105_000))).toBeLessThan(100_000);
});

test("written by a clock that was fast, it waits no longer than its tier from when it was seen first", () => {
  let now = 100_000;
  const dueOf = createDueTimes({ now: () => now, aheadMs: () => 0 });
  const fast = record(405_000);
  expect(dueOf(fast)).toBe(105_550);
  now = 105_000;
  expect(dueOf(fast)).toBe(105_550);
  now = 105_600;
  expect(dueOf(fast)).toBeLessThan(now);
  expect(dueOf(record(405_000, 1n))).toBe(now + 5_550);
});
