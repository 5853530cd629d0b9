import { expect, it } from "vitest";
import { ANSWER_MS, AnswerWatch, SLOW_ANSWER_MS } from "./answer-watch.ts";

const PRODUCE = 0;
const JOIN_GROUP = 11;

function request(kind: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeInt32BE(16);
  bytes.writeInt16BE(kind, 4);
  return bytes;
}

function answer(size: number): Buffer {
  const bytes = Buffer.alloc(4 + size);
  bytes.writeInt32BE(size);
  return bytes;
}

it("is patient with an idle connection, and not with an unanswered request", () => {
  const watch = new AnswerWatch();
  expect(watch.overdue(1e9)).toBe(false);
  watch.asked(request(PRODUCE), 1e9);
  expect(watch.overdue(1e9 + ANSWER_MS)).toBe(false);
  expect(watch.overdue(1e9 + ANSWER_MS + 1)).toBe(true);
});

it("knows the ends of answers, however they are cut", () => {
  const watch = new AnswerWatch();
  const bytes = Buffer.concat([answer(10), answer(1), answer(300)]);
  for (const step of [1, 3, 7, bytes.length]) {
    for (let n = 0; n < 3; n += 1) watch.asked(request(PRODUCE), 0);
    for (let at = 0; at < bytes.length; at += step) {
      expect(watch.overdue(ANSWER_MS + 1)).toBe(at === 0);
      watch.received(bytes.subarray(at, at + step), 2);
    }
    expect(watch.overdue(1e9)).toBe(false);
  }
});

it("gives the next request its full time after each answer", () => {
  const watch = new AnswerWatch();
  watch.asked(request(PRODUCE), 0);
  watch.asked(request(PRODUCE), 0);
  watch.received(answer(8), ANSWER_MS);
  expect(watch.overdue(2 * ANSWER_MS)).toBe(false);
  expect(watch.overdue(2 * ANSWER_MS + 1)).toBe(true);
});

it("gives a join, and what waits behind it, the time of a rebalance", () => {
  const watch = new AnswerWatch();
  watch.asked(request(JOIN_GROUP), 0);
  watch.asked(request(PRODUCE), 10);
  expect(watch.overdue(SLOW_ANSWER_MS)).toBe(false);
  expect(watch.overdue(SLOW_ANSWER_MS + 1)).toBe(true);
});
