import { afterAll, expect, it } from "vitest";
import { dropNegativeTimeoutWarning } from "./negative-timeout-warning.ts";

const original = process.emitWarning;
afterAll(() => (process.emitWarning = original));

it("drops that warning from kafkajs and no other", () => {
  const passed: unknown[] = [];
  process.emitWarning = (warning: unknown) => passed.push(warning);
  dropNegativeTimeoutWarning();
  function inKafkajs(name: string): void {
    process.emitWarning("from kafkajs", name);
  }
  Object.defineProperty(inKafkajs, "name", { value: "kafkajs" });
  inKafkajs("TimeoutNegativeWarning");
  inKafkajs("DeprecationWarning");
  process.emitWarning("from elsewhere", "TimeoutNegativeWarning");
  expect(passed).toEqual(["from kafkajs", "from elsewhere"]);
});
