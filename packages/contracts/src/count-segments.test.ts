import { expect, test } from "vitest";
import { countSegments } from "./count-segments.ts";

test.each([
  ["nothing", "", "GSM-7", 1],
  ["160 of the alphabet", "a".repeat(160), "GSM-7", 1],
  ["161 of the alphabet", "a".repeat(161), "GSM-7", 2],
  ["two full segments", "a".repeat(306), "GSM-7", 2],
  ["one more", "a".repeat(307), "GSM-7", 3],
  ["ten full segments", "a".repeat(1_530), "GSM-7", 10],
  ["one more than ten", "a".repeat(1_531), "GSM-7", 11],
  ["letters of the alphabet beyond ASCII", "äöüßÄÖÜéàñ£¥ΔΩ\n".repeat(10), "GSM-7", 1],
  ["80 that are escaped", "€".repeat(80), "GSM-7", 1],
  ["81 that are escaped", "€".repeat(81), "GSM-7", 2],
  ["an escape that would be cut in two", `${"a".repeat(152)}€${"a".repeat(152)}`, "GSM-7", 3],
  ["70 beyond the alphabet", "ж".repeat(70), "UCS-2", 1],
  ["71 beyond the alphabet", "ж".repeat(71), "UCS-2", 2],
  ["two full segments of them", "ж".repeat(134), "UCS-2", 2],
  ["one more of them", "ж".repeat(135), "UCS-2", 3],
  ["one emoji among letters", `${"a".repeat(69)}👋`, "UCS-2", 2],
  ["35 emoji", "👋".repeat(35), "UCS-2", 1],
  ["36 emoji", "👋".repeat(36), "UCS-2", 2],
  ["a pair that would be cut in two", `${"ж".repeat(66)}👋${"ж".repeat(66)}`, "UCS-2", 3],
  ["a backtick, which is not in the alphabet", "`", "UCS-2", 1],
] as const)("%s", (_what, text, encoding, segments) => {
  expect(countSegments(text)).toEqual({ encoding, segments });
});

test("a long text takes no time", () => {
  const started = performance.now();
  countSegments("👋".repeat(50_000));
  expect(performance.now() - started).toBeLessThan(2_000);
});
