import { expect, test } from "vitest";
import { readCsvMember, readJsonMember } from "./read-member.ts";

test.each([
  ['"u-1"', { id: "u-1" }],
  ['{"id":"u-1","name":"Ann"}', { id: "u-1" }],
  ['"u-1"\r', { id: "u-1" }],
  ["", null],
  ["u-1", { bad: "is not JSON" }],
  ["17", { bad: 'is neither a string nor an object with an "id"' }],
  ["null", { bad: 'is neither a string nor an object with an "id"' }],
  ['"a b"', { bad: "the id may hold letters, digits and _ . @ + : -" }],
])("NDJSON %s", (text, member) => {
  expect(readJsonMember(text, 2)).toEqual(member);
});

test.each([
  ["u-1", 2, { id: "u-1" }],
  ["u-1,Ann,Lee", 2, { id: "u-1" }],
  ['"u-1","Ann, Lee"\r', 2, { id: "u-1" }],
  ["recipient,name", 1, null],
  ["\uFEFFid", 1, null],
  ["id", 2, { id: "id" }],
  ["", 2, null],
  [",Ann", 2, { bad: "has no recipient id in its first field" }],
  ["a b", 2, { bad: "the id may hold letters, digits and _ . @ + : -" }],
])("CSV %s", (text, line, member) => {
  expect(readCsvMember(text, line)).toEqual(member);
});
