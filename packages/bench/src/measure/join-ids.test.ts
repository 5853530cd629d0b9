import { expect, test } from "vitest";
import { joinIds } from "./join-ids.ts";

test("what never came is lost, what came again is duplicated", () => {
  const received = new Map([
    ["a", 1],
    ["b", 2],
    ["d", 3],
  ]);
  expect(joinIds(["a", "b", "c", "d"], received)).toEqual({ lost: 1, duplicated: 2 });
});

test("an id accepted twice counts once, and one of an earlier run not at all", () => {
  expect(joinIds(["a", "a"], new Map([["a", 1]]))).toEqual({ lost: 0, duplicated: 0 });
  expect(joinIds(["a"], new Map([["x", 2]]))).toEqual({ lost: 1, duplicated: 0 });
});
