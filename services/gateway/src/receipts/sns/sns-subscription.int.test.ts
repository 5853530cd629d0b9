import { openSimulator } from "@pulsecourier/provider-simulator/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";
import { type Callback, pass, startRelay } from "../test-relay.ts";

let simulator: Awaited<ReturnType<typeof openSimulator>>;
let gateway: TestGateway;
let relay: Awaited<ReturnType<typeof startRelay>>;
let confirmation: Callback;
beforeAll(async () => {
  relay = await startRelay();
  // Topics sign by SHA-1 unless told otherwise.
  simulator = await openSimulator({
    SIMULATOR_RECEIPTS_URL: relay.url,
    SIMULATOR_SES_SIGNATURE_VERSION: "1",
  });
  gateway = await startTestGateway({
    ...simulator.keys("ses"),
    SES_WEBHOOK_BASE_URL: `${simulator.url}/sns`,
  });
}, 120_000);
afterAll(async () => {
  await simulator.close();
  await gateway.close();
  await relay.close();
});

const forTopics = (env: Record<string, string>) =>
  gateway.another({ ...simulator.keys("ses"), ...env });

test("a subscription is confirmed once its message is verified, and not for other topics", async () => {
  const url = `${relay.url}/v1/providers/ses/webhooks`;
  const signal = AbortSignal.timeout(5_000);
  // Nobody answers yet: the endpoint is not confirmed.
  expect(await simulator.subscribe("ses", url, signal)).toBe(false);
  const [asked] = relay.take();
  if (asked === undefined) throw new Error("SNS did not ask");
  confirmation = asked;
  const body = String(asked.body).replace("ConfirmSubscription", "DeleteTopic");
  expect((await pass(gateway.url, { ...asked, body: Buffer.from(body) })).status).toBe(401);
  const other = await forTopics({ SES_WEBHOOK_TOPIC_ARNS: "arn:aws:sns:us-east-1:000000000000:x" });
  expect((await pass(other.url, asked)).status).toBe(401);
  await other.close();
  expect((await pass(gateway.url, asked)).status).toBe(204);
  expect(await simulator.subscribe("ses", url, signal)).toBe(true);
});

test("when Amazon cannot be reached the message is asked for again", async () => {
  const away = await forTopics({ SES_WEBHOOK_BASE_URL: "http://127.0.0.1:9/sns" });
  expect((await pass(away.url, confirmation)).status).toBe(503);
  await away.close();
});
