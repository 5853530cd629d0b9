import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { senderSms } from "./index.ts";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench("sms")));
afterAll(() => bench.close());

async function start() {
  const simulator = await startProvider("twilio");
  const env = {
    ...bench.env,
    SMS_PROVIDERS: "twilio,vonage",
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "token",
    TWILIO_FROM: "+15005550006",
    TWILIO_BASE_URL: simulator.url,
    VONAGE_API_KEY: "key",
    VONAGE_API_SECRET: "secret",
    VONAGE_FROM: "Shop",
    VONAGE_BASE_URL: simulator.url,
  };
  await runSender(senderSms, env);
  return simulator;
}

const content = { text: "Hello" };
const address = "+4915112345678";

test("a sender that Twilio refuses takes the account from nobody else", async () => {
  const simulator = await start();
  const body = { code: 21606, message: "The From number is not a valid phone number" };
  await simulator.behave({ next: [{ status: 400, body }] });
  const identity = { senderId: "Unknown" };
  const refused = bench.delivery({ address, content, tenant: "shop", identity });
  await bench.publish([refused]);
  expect(await bench.factOf(refused, "delivery.sent")).toMatchObject({ provider: "vonage" });
  const other = bench.delivery({ address, content });
  await bench.publish([other]);
  expect(await bench.factOf(other, "delivery.sent")).toMatchObject({ provider: "twilio" });
});

test("each tenant is who it says it is, through each account as it set for that", async () => {
  const simulator = await start();
  const service = `MG${"a".repeat(32)}`;
  const shop = { senderId: "+15005550009", accounts: { vonage: { senderId: "+447700900123" } } };
  const tenants = () => [
    bench.delivery({ address, content, tenant: "shop", identity: shop }),
    bench.delivery({ address, content, tenant: "bank", identity: { senderId: service } }),
    bench.delivery({ address, content, tenant: "plain" }),
  ];
  const seenBy = (deliveries: ReturnType<typeof tenants>) =>
    Promise.all(
      deliveries.map(async (delivery) => {
        const { provider } = await bench.factOf(delivery, "delivery.sent");
        const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
        return [provider, await simulator.message(received?.id ?? "")];
      }),
    );
  const from = (sender: string) =>
    expect.objectContaining({ content: expect.objectContaining({ from: sender }) });
  const first = tenants();
  await bench.publish(first);
  expect(await seenBy(first)).toEqual([
    ["twilio", from("+15005550009")],
    ["twilio", from(service)],
    ["twilio", from("+15005550006")],
  ]);
  await simulator.behave({ errorRate: 1, errorStatus: 401 });
  const second = tenants().slice(0, 1);
  await bench.publish(second);
  expect(await seenBy(second)).toEqual([["vonage", from("447700900123")]]);
});
