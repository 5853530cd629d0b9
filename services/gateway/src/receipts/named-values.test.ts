import { expect, test } from "vitest";
import { namedValues } from "./named-values.ts";

test.each([
  ["token", { "": "token" }],
  ["eu=one,us=two", { eu: "one", us: "two" }],
  ["eu=one, eu=two", { eu: "one,two" }],
  ["arn:aws:sns:eu-west-1:1:a,arn:aws:sns:eu-west-1:1:b", undefined],
  ["MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5A==", undefined],
  ["eu=one,two", undefined],
])("%s", (text, named) => {
  expect(Object.fromEntries(namedValues(text))).toEqual(named ?? { "": text });
});
