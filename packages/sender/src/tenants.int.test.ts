import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench()));
afterAll(() => bench.close());

test("a tenant's flood does not hold up what others send after it", async () => {
  const flood = Array.from({ length: 400 }, () => bench.delivery({ tenant: "noisy" }));
  const late = Array.from({ length: 5 }, () => bench.delivery({ tenant: "quiet" }));
  // Written before there is a sender, so that it finds all of it waiting.
  await bench.publish([...flood, ...late]);
  const { calls } = await bench.startSender(() => ({ kind: "sent" }), {
    env: { SEND_CONCURRENCY: "4" },
  });
  await Promise.all([...flood, ...late].map((one) => bench.factOf(one, "delivery.sent")));
  const tenants = calls.map(({ message }) => message.delivery.tenant);
  expect(tenants.lastIndexOf("quiet")).toBeLessThan(40);
  expect(tenants).toHaveLength(405);
});
