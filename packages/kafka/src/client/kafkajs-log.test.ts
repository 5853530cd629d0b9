import { logLevel } from "kafkajs";
import { expect, it } from "vitest";
import { forwardLogs } from "./kafkajs-log.ts";

it("warns of the same thing once in 10 s", () => {
  const lines: string[] = [];
  const to = (name: string) => () => void lines.push(name);
  const logger = { debug: to("debug"), info: to("info"), warn: to("warn"), error: to("error") };
  const forward = forwardLogs(logger);
  const log = { timestamp: "", message: "Connection error" };
  for (let n = 0; n < 3; n += 1)
    forward({ namespace: "Connection", level: logLevel.ERROR, label: "", log });
  expect(lines).toEqual(["warn", "debug", "debug"]);
});

function forwarded(level: logLevel, message: string, extra = {}): [string, object, string][] {
  const lines: [string, object, string][] = [];
  const to = (name: string) => (details: object, text: string) => lines.push([name, details, text]);
  const logger = { debug: to("debug"), info: to("info"), warn: to("warn"), error: to("error") };
  const log = { timestamp: "", message, ...extra };
  forwardLogs(logger)({ namespace: "Runner", level, label: "", log });
  return lines;
}

it("tells a rebalance as detail, whatever level kafkajs gives it", () => {
  const error = "The group is rebalancing, so a rejoin is needed";
  expect(forwarded(logLevel.ERROR, "Response Heartbeat(key: 12)", { error })[0]?.[0]).toBe("debug");
  expect(forwarded(logLevel.WARN, "The group is rebalancing, re-joining")[0]?.[0]).toBe("debug");
});

it("tells a coordinator that is not there yet as detail", () => {
  const error = "The group coordinator is not available";
  const response = "Response GroupCoordinator(key: 10, version: 2)";
  expect(forwarded(logLevel.ERROR, response, { error })[0]?.[0]).toBe("debug");
  const crash = "Crash: KafkaJSProtocolError: The coordinator is loading and hence can't process";
  expect(forwarded(logLevel.ERROR, crash)[0]?.[0]).toBe("debug");
  expect(forwarded(logLevel.ERROR, "Restarting the consumer in 100ms")[0]?.[0]).toBe("debug");
});

it("warns of what kafkajs calls an error, with known fields only", () => {
  const extra = { broker: "b:1", error: "refused", payload: "secret", stack: "…" };
  expect(forwarded(logLevel.ERROR, "Connection error", extra)).toEqual([
    [
      "warn",
      { client: "kafkajs", part: "Runner", broker: "b:1", error: "refused" },
      "Connection error",
    ],
  ]);
});
