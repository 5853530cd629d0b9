import { expect, test } from "vitest";
import { parseJavaVersion } from "./find-java.ts";

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "25" 2025-09-16', 25],
  ['java version "1.8.0_402"', 8],
  ["The operation couldn't be completed. Unable to locate a Java Runtime.", 0],
])("the major version of %s is %i", (text, major) => {
  expect(parseJavaVersion(text)).toBe(major);
});
