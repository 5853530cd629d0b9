import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonError } from "./find-json-error.ts";

test.each([
  ['{"a": 1,}', 1, 9, 'found "}" where a name in quotes was expected'],
  ['{"a" 1}', 1, 6, 'found "1" where `:` was expected'],
  ['{\n  "a": tru\n}', 2, 8, 'found "t" where a value was expected'],
  ["[1 2]", 1, 4, 'found "2" where `,` or the end was expected'],
  ['{"a": [1, 2}', 1, 12, 'found "}" where `,` or the end was expected'],
  ['{"a": 1', 1, 8, "the body ends where `,` or the end was expected"],
  ["{} x", 1, 4, 'found "x" where the end was expected'],
  ["{'a': 1}", 1, 2, 'found "\'" where a name or `}` was expected'],
  ['{"a": "line\nbreak"}', 1, 7, 'found "\\"" where a value was expected'],
  ["[01]", 1, 3, 'found "1" where `,` or the end was expected'],
  ["", 1, 1, "the body ends where a value was expected"],
])("%j goes wrong at line %i, column %i", (text, line, column, problem) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonError(text)).toEqual({ line, column, problem });
});

test("whatever JSON.parse refuses, a place in the text or right behind it is named", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", "}", "]", ",", '"', "x", "\\", "\u0001"))
    .map(
      ([json, at, put]) =>
        json.slice(0, at % (json.length + 1)) + put + json.slice((at % (json.length + 1)) + 1),
    );
  fc.assert(
    fc.property(broken, (text) => {
      fc.pre(!isJson(text));
      const { line, column } = findJsonError(text);
      const lines = text.split("\n");
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
