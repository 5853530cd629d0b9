import { expect, test } from "vitest";
import { parseJson } from "./parse-json.ts";

const bytes = (text: string) => Buffer.from(text);

test("reads JSON", () => {
  expect(parseJson(bytes('{"a":["\\\\u0000", "é"]}'))).toEqual({ a: ["\\u0000", "é"] });
});

test("names the place where JSON ends", () => {
  expect(() => parseJson(bytes('{\n"a": oops}'))).toThrow("Line 2, column 6");
});

test("refuses bytes that are no UTF-8", () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow("UTF-8");
});

test("refuses nesting that would overflow whoever walks it", () => {
  const nested = (depth: number) => bytes("[".repeat(depth) + "]".repeat(depth));
  expect(parseJson(nested(64))).toBeInstanceOf(Array);
  expect(() => parseJson(nested(65))).toThrow("nested deeper");
  expect(() => parseJson(nested(200_000))).toThrow("nested deeper");
  expect(parseJson(bytes(JSON.stringify("[".repeat(100))))).toBe("[".repeat(100));
});

test("refuses NUL in strings, which Postgres cannot store", () => {
  expect(() => parseJson(bytes('{"a":"x\\u0000"}'))).toThrow("NUL");
});
