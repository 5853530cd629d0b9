import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let sender: BenchSender | undefined;
beforeAll(async () => (bench = await openTestBench()));
afterEach(() => sender?.close());
afterAll(() => bench.close());

const silent = () => new Promise<never>(() => undefined);
const env = { CALL_TIMEOUT_MS: "200" };

async function unknownCounts(of: BenchSender): Promise<(string | undefined)[]> {
  const metrics = await (await fetch(`${of.url}/metrics`)).text();
  return [...metrics.matchAll(/pulse_unknown_outcomes_total\{.*settled="(\w+)".*\} 1/g)].map(
    ([, settled]) => settled,
  );
}

test("a call that timed out and that the provider took is sent, without a second call", async () => {
  sender = await bench.startSender(silent, {
    env,
    lookUp: () => Promise.resolve({ kind: "sent", providerMessageId: "m-7" }),
  });
  const delivery = bench.delivery({ onUnknown: "at_most_once" });
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    providerMessageId: "m-7",
    possibleDuplicate: false,
  });
  expect(bench.factsOf(delivery)).toHaveLength(1);
  expect(sender.calls).toHaveLength(1);
  expect(await unknownCounts(sender)).toEqual(["sent"]);
});

test("one that the provider has not got is called again and no possible duplicate, whatever the policy", async () => {
  let calls = 0;
  const again = () => ((calls += 1) === 1 ? silent() : { kind: "sent" as const });
  sender = await bench.startSender(again, {
    env,
    lookUp: () => Promise.resolve({ kind: "not_sent" }),
  });
  const delivery = bench.delivery({ onUnknown: "at_most_once" });
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 2,
    possibleDuplicate: false,
  });
  expect(await unknownCounts(sender)).toEqual(["not_sent"]);
});

test.each([
  ["does not know", () => Promise.resolve({ kind: "unknown" } as const)],
  ["fails", () => Promise.reject(new Error("500"))],
  ["does not answer", silent],
])("when the provider %s, the category decides", async (_, lookUp) => {
  sender = await bench.startSender(silent, { env, lookUp });
  const delivery = bench.delivery({ onUnknown: "at_most_once" });
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.failed")).toMatchObject({
    error: { code: "outcome_unknown" },
  });
  expect(await unknownCounts(sender)).toEqual(["unknown"]);
});
