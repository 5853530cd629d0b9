import { expect, test } from "vitest";
import { Duration, durationMs } from "./duration.ts";

test.for([
  ["PT1S", 1_000],
  ["PT10M", 600_000],
  ["P1DT12H", 129_600_000],
  ["P2W", 1_209_600_000],
] as const)("%s is %i ms", ([text, ms]) => {
  expect(durationMs(text)).toBe(ms);
  expect(Duration.safeParse(text).success).toBe(true);
});

test.for(["", "P", "PT", "10m", "P1M", "P1Y", "PT-5S", "PT0S", "PT1.5S", "P367D", "PT1S "])(
  "%o is refused",
  (text) => {
    expect(Duration.safeParse(text).success).toBe(false);
  },
);
