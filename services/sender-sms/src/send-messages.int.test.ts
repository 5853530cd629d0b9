import { putEntry } from "@pulsecourier/catalog";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { senderSms } from "./index.ts";

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench("sms");
  const definition = { channels: { sms: { text: "Order {{order.id}} is on its way 👋" } } };
  await putEntry(bench.db, { tenant: "default", kind: "template", name: "order", definition });
});
afterAll(() => bench.close());

async function start(more: Record<string, string> = {}) {
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
    ...more,
  };
  await runSender(senderSms, env);
  return simulator;
}

const contactsOf = (of: string) =>
  bench.db.query(
    "contacts",
    `select channel, tenant from directory.contacts
     where address_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')`,
    [of],
  );
const content = { text: "Hello" };
const address = "+4915112345678";
const template = { name: "order", version: 1 };

test("a template becomes a text message, and the provider's id of it is kept", async () => {
  const simulator = await start();
  const data = { order: { id: "A-1" } };
  const delivery = bench.delivery({ address, template, data, content: undefined });
  await bench.publish([delivery]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
  expect(received).toMatchObject({
    provider: "twilio",
    to: [address],
    subject: "Order A-1 is on its way 👋",
  });
  expect(sent).toMatchObject({ provider: "twilio", providerMessageId: received?.id });
  // Should its recipient answer STOP, it is known whom that concerns.
  expect(await contactsOf(address)).toEqual([{ channel: "sms", tenant: delivery.tenant }]);
});

test("a number whose message may have arrived can answer STOP, too", async () => {
  const simulator = await start({ CALL_TIMEOUT_MS: "300" });
  await simulator.behave({ hangAfterAccept: true });
  const to = "+4915112345699";
  const delivery = bench.delivery({ address: to, content, onUnknown: "at_most_once" });
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.failed");
  expect(await contactsOf(to)).toEqual([{ channel: "sms", tenant: delivery.tenant }]);
});

test("Vonage is asked to report to a URL that names the message, and to give its id back", async () => {
  const simulator = await start({
    SMS_PROVIDERS: "vonage",
    VONAGE_STATUS_CALLBACK_URL: "https://notify.example/v1/providers/vonage/webhooks/eu",
  });
  const delivery = bench.delivery({ address, content });
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.sent");
  const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
  expect(received?.args).toEqual({
    client_ref: delivery.id,
    webhook_url: `https://notify.example/v1/providers/vonage/webhooks/eu?tenant=default&notification_id=${delivery.notificationId}`,
  });
});

test("another provider takes over from one that is refused", async () => {
  const simulator = await start();
  await simulator.behave({ errorRate: 1, errorStatus: 401 });
  const deliveries = Array.from({ length: 20 }, () => bench.delivery({ address, content }));
  await bench.publish(deliveries);
  for (const delivery of deliveries) {
    const sent = await bench.factOf(delivery, "delivery.sent");
    expect(sent).toMatchObject({ provider: "vonage", attempt: 1 });
  }
});

test("a number that said STOP ends the delivery at once", async () => {
  await start();
  const delivery = bench.delivery({ address: "+15005550004", content });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({ provider: "twilio", error: { code: "recipient_stopped" } });
  expect(JSON.stringify(failed)).not.toContain("15005550004");
  const rows = await bench.db.query(
    "stopped",
    "select channel, reason, until from directory.suppressions where address = '+15005550004'",
    [],
  );
  expect(rows).toEqual([{ channel: "sms", reason: "stop", until: null }]);
});

test.each([
  [
    "a number without its country",
    { address: "0151 12345678", content },
    "invalid_address",
    /with \+ and its country code/,
  ],
  ["an email address", { address: "ada@example.com", content }, "invalid_address", /country code/],
  [
    "eleven segments",
    { address, content: { text: "a".repeat(1_531) } },
    "content_too_large",
    /11 GSM-7 segments, the limit is 10/,
  ],
  ["no text", { address, content: { subject: "Hi" } }, "content_unusable", /text/],
])("%s ends the delivery before any call, and others go on", async (_what, fields, code, says) => {
  const simulator = await start();
  const delivery = bench.delivery(fields);
  const fine = bench.delivery({ address, content });
  await bench.publish([delivery, fine]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed.error).toMatchObject({ code, message: expect.stringMatching(says) });
  await bench.factOf(fine, "delivery.sent");
  expect(await simulator.accepted(delivery.id)).toBe(0);
});
