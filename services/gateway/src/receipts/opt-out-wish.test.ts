import { expect, test } from "vitest";
import { optOutWish } from "./opt-out-wish.ts";

test.each([
  ["STOP", "stop"],
  [" Stop.\n", "stop"],
  ["stopall", "stop"],
  ["“Unsubscribe”", "stop"],
  ["cancel", "stop"],
  ["END", "stop"],
  ["quit!", "stop"],
  ["START", "start"],
  ["unstop", "start"],
  ["yes", "start"],
  ["stop by at five", null],
  ["please stop", null],
  ["", null],
  ["constructor", null],
  ["👋", null],
  [`${" ".repeat(100)}stop`, null],
])("%j", (text, wish) => {
  expect(optOutWish(text)).toBe(wish);
});
