import { PulseError } from "@pulsecourier/contracts";
import { KafkaError } from "@pulsecourier/kafka";
import { expect, test } from "vitest";
import { problemOf, retryAfterOf, toPulseError } from "./problem.ts";

const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });
const kafka = (code: string) => new KafkaError({ code, kind: "retriable", message: "m" });

test.each([
  ["no acknowledgement from Kafka", kafka("kafka_unavailable"), "unavailable"],
  ["a topic that is gone", kafka("unknown_topic"), "unavailable"],
  ["a record Kafka refuses", kafka("record_too_large"), "body_too_large"],
  ["Postgres refusing connections", failure("connect", "ECONNREFUSED"), "unavailable"],
  [
    "Postgres refusing on every address",
    new AggregateError([failure("c", "ECONNREFUSED")]),
    "unavailable",
  ],
  ["Postgres shutting down", failure("terminating", "57P01"), "unavailable"],
  ["no connection free in time", failure("timeout exceeded when trying to connect"), "unavailable"],
  ["a broken statement", failure("syntax error", "42601"), "internal"],
  ["anything else", new TypeError("x is undefined"), "internal"],
  ["what is no error", "oops", "internal"],
])("%s is %s", (_, thrown, code) => {
  expect(toPulseError(thrown).code).toBe(code);
});

test("an internal failure tells clients nothing of its cause", () => {
  const problem = problemOf(toPulseError(new Error("password=secret")));
  expect(problem).toMatchObject({ status: 500, code: "internal", retryable: true });
  expect(JSON.stringify(problem)).not.toContain("secret");
});

test("unavailable says when to come back, other errors only when they know", () => {
  expect(retryAfterOf(new PulseError("unavailable"))).toBeGreaterThan(0);
  expect(retryAfterOf(new PulseError("rate_limited", "x", { retryAfterSeconds: 7 }))).toBe(7);
  expect(retryAfterOf(new PulseError("not_found"))).toBeNull();
});
