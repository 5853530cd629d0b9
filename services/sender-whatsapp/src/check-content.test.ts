import { expect, test } from "vitest";
import { checkContent } from "./check-content.ts";

test.each([undefined, "[]", '["A-17"]', '["a    b", "ü 👋"]'])(
  "%s are parameters",
  (parameters) => {
    expect(checkContent(parameters === undefined ? {} : { parameters })).toBeNull();
  },
);

test.each([
  ["A-17", /JSON array/],
  ['{"1":"A-17"}', /array/],
  ["[17]", /value 1/],
  ['["A-17", ""]', /value 2 must not be empty/],
  [String.raw`["a\nb"]`, /value 1 may hold no line break/],
  ['["a     b"]', /five spaces/],
  [JSON.stringify(Array.from({ length: 101 }, () => "x")), /100/],
])("%s are none", (parameters, says) => {
  expect(checkContent({ parameters })).toMatchObject({
    code: "content_unusable",
    detail: expect.stringMatching(says),
  });
});
