import {
  KafkaJSConnectionError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
} from "kafkajs";
import { expect, it } from "vitest";
import { toKafkaError } from "./kafkajs-error.ts";

function protocolError(type: string, retriable: boolean): Error {
  return new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable }));
}

it.each([
  ["REBALANCE_IN_PROGRESS", false, "rebalancing", "rebalancing"],
  ["ILLEGAL_GENERATION", false, "fenced", "fenced"],
  ["UNKNOWN_MEMBER_ID", false, "fenced", "fenced"],
  ["MESSAGE_TOO_LARGE", false, "record_too_large", "fatal"],
  ["UNKNOWN_TOPIC_OR_PARTITION", true, "unknown_topic", "retriable"],
  ["TOPIC_AUTHORIZATION_FAILED", false, "kafka_refused", "fatal"],
  ["NOT_ENOUGH_REPLICAS", true, "kafka_unavailable", "retriable"],
  ["CORRUPT_MESSAGE", false, "kafka_error", "fatal"],
])("maps %s", (type, retriable, code, kind) => {
  expect(toKafkaError(protocolError(type, retriable))).toMatchObject({ code, kind });
});

it("looks at what was repeated too often, not at the wrapper that says so", () => {
  const cause = new KafkaJSConnectionError("refused", { broker: "b:1", code: "ECONNREFUSED" });
  const wrapper = new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 8, retryTime: 1 });
  expect(toKafkaError(wrapper)).toMatchObject({ code: "kafka_unavailable", retriable: true });
});

it("a coordinator that was not found may be found later, whatever kafkajs says", () => {
  const name = "KafkaJSGroupCoordinatorNotFound";
  const thrown = Object.assign(new Error("not found"), { name, retriable: false });
  expect(toKafkaError(thrown)).toMatchObject({ code: "kafka_unavailable", retriable: true });
});

it("leaves a KafkaError as it is", () => {
  const error = toKafkaError(new Error("x"));
  expect(toKafkaError(error)).toBe(error);
});
