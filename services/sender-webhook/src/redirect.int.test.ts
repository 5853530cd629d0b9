import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { senderWebhook } from "./index.ts";
import { startReceiver } from "./test-receiver.ts";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench("webhook")));
afterAll(() => bench.close());

const content = { payload: '{"order":"A-1"}' };

/** A sender on a platform that is redirected, and who it may call. */
async function start(redirectTo: (origin: string) => string) {
  const receiver = await startReceiver();
  const env = {
    ...bench.env,
    WEBHOOK_PROVIDERS: "http",
    SANDBOX_WEBHOOK_PROVIDERS: "http",
    CALLBACK_ALLOWED_ORIGINS: receiver.origin,
    REDIRECT_ALL_TO: redirectTo(receiver.origin),
  };
  onTestFinished(() => receiver.close());
  await runSender(senderWebhook, env);
  const address = `${receiver.origin}/real`;
  const deliveries = [
    bench.delivery({ address, content }),
    bench.delivery({ address, content, callback: "orders" }),
  ];
  await bench.publish(deliveries);
  return { receiver, deliveries };
}

test("webhooks and status callbacks go to the one address of a redirected platform", async () => {
  const { receiver, deliveries } = await start((origin) => `webhook=${origin}/qa`);
  for (const delivery of deliveries)
    expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({ redirected: "address" });
  expect(receiver.at("/qa")).toHaveLength(2);
  expect(receiver.at("/real")).toEqual([]);
});

test("sandbox accounts that are told of no other place send nothing to a recipient's", async () => {
  const { receiver, deliveries } = await start(() => "sandbox");
  for (const delivery of deliveries) {
    const { error } = await bench.factOf(delivery, "delivery.failed");
    expect(error.code).toBe("provider_misconfigured");
    expect(error.message).toContain("SANDBOX_WEBHOOK_SEND_TO");
  }
  expect(receiver.at("/real")).toEqual([]);
});
