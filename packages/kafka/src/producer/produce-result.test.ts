import { expect, it } from "vitest";
import { firstOffset } from "./produce-result.ts";

const to = { topic: "t", partition: 2 };

it("answers the base offset of the partition written", () => {
  const results = [{ topicName: "t", partition: 2, errorCode: 0, baseOffset: "9007199254740993" }];
  expect(firstOffset(results, to)).toBe(9007199254740993n);
});

it.each([
  ["nothing", []],
  ["another partition", [{ topicName: "t", partition: 1, errorCode: 0, baseOffset: "1" }]],
  ["another topic", [{ topicName: "u", partition: 2, errorCode: 0, baseOffset: "1" }]],
  ["an error", [{ topicName: "t", partition: 2, errorCode: 19, baseOffset: "1" }]],
  ["no offset", [{ topicName: "t", partition: 2, errorCode: 0 }]],
])("pitfall 1: takes a result with %s for a failed write", (_, results) => {
  expect(() => firstOffset(results, to)).toThrow(
    expect.objectContaining({ code: "kafka_unavailable", retriable: true }),
  );
});
