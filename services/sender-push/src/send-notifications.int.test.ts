import { putEntry } from "@pulsecourier/catalog";
import { simulatedSubscription, startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import webPush from "web-push";
import { senderPush } from "./index.ts";
import { newPrivateKey } from "./test-keys.ts";

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench("push");
  const push = { title: "Order {{order.id}}", body: "Today", data: '{"order":"{{order.id}}"}' };
  const definition = { channels: { push } };
  await putEntry(bench.db, { tenant: "default", kind: "template", name: "order", definition });
});
afterAll(() => bench.close());

const vapid = webPush.generateVAPIDKeys();

async function start() {
  const simulator = await startProvider("fcm");
  const { url, apnsUrl } = simulator;
  const env = {
    ...bench.env,
    PUSH_PROVIDERS: "fcm,apns,webpush",
    FCM_SERVICE_ACCOUNT: JSON.stringify({
      project_id: "shop-1234",
      client_email: "courier@shop-1234.iam.gserviceaccount.com",
      private_key: newPrivateKey("rsa"),
    }),
    FCM_BASE_URL: url,
    FCM_TOKEN_URL: `${url}/oauth2/token`,
    APNS_PRIVATE_KEY: newPrivateKey("ec"),
    APNS_KEY_ID: "ABC123DEFG",
    APNS_TEAM_ID: "DEF123GHIJ",
    APNS_TOPIC: "com.example.shop",
    APNS_BASE_URL: apnsUrl,
    WEBPUSH_PUBLIC_KEY: vapid.publicKey,
    WEBPUSH_PRIVATE_KEY: vapid.privateKey,
    WEBPUSH_SUBJECT: "mailto:push@example.com",
    WEBPUSH_BASE_URL: `${url}/webpush`,
  };
  await runSender(senderPush, env);
  return simulator;
}

const content = { title: "Hello" };
const token = "cPush_Token-0001:APA91bExample";
const addresses = {
  fcm: `fcm:${token}`,
  apns: `apns:${"ab".repeat(32)}`,
  webpush: `webpush:${JSON.stringify(simulatedSubscription("ada"))}`,
};

test("each token goes to its service, and the service's id of the message is kept", async () => {
  const simulator = await start();
  for (const [provider, address] of Object.entries(addresses)) {
    const template = { name: "order", version: 1 };
    const data = { order: { id: 'A-"1"' } };
    const delivery = bench.delivery({ address, template, data, content: undefined });
    await bench.publish([delivery]);
    const sent = await bench.factOf(delivery, "delivery.sent");
    expect(sent).toMatchObject({ provider, providerMessageId: expect.stringMatching(/./) });
    const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
    expect(received).toMatchObject({ provider, subject: 'Order A-"1"' });
  }
});

test("a notification reaches every device of its recipient, each through its own service", async () => {
  const simulator = await start();
  const { fcm, apns, webpush } = addresses;
  const gone = "fcm:cGone_Token-0002:APA91bExample";
  await simulator.behave({ rejectRecipients: [{ match: "cGone*", code: 404 }] });
  const delivery = bench.delivery({ address: gone, moreAddresses: [fcm, apns, webpush], content });
  await bench.publish([delivery]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  expect(sent.devices).toMatchObject([
    { outcome: "failed", provider: "fcm", error: { code: "recipient_gone" } },
    { outcome: "sent", provider: "fcm" },
    { outcome: "sent", provider: "apns" },
    { outcome: "sent", provider: "webpush" },
  ]);
  const received = await simulator.messages(`deliveryId=${delivery.id}`);
  const accepted = received.filter((one) => one.accepted).map(({ provider }) => provider);
  expect(accepted.toSorted()).toEqual(["apns", "fcm", "webpush"]);
});

test("a token that is gone ends the delivery at once, and the token is not told", async () => {
  const simulator = await start();
  await simulator.behave({ next: [{ status: 404 }] });
  const delivery = bench.delivery({ address: addresses.fcm, content });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({ provider: "fcm", error: { code: "recipient_gone" } });
  expect(JSON.stringify(failed)).not.toContain(token);
});

test.each([
  ["a platform nobody serves", { address: `fridge:${token}`, content }, "invalid_address"],
  ["a token of another form", { address: `apns:${token}`, content }, "invalid_address"],
  [
    "four kilobytes",
    { address: addresses.fcm, content: { title: "Hi", body: "a".repeat(3_993) } },
    "content_too_large",
  ],
  [
    "data that is no object",
    { address: addresses.fcm, content: { title: "Hi", data: "[1]" } },
    "content_unusable",
  ],
  ["no title", { address: addresses.fcm, content: { body: "Hi" } }, "content_unusable"],
])("%s ends the delivery before any call, and others go on", async (_what, fields, code) => {
  const simulator = await start();
  const delivery = bench.delivery(fields);
  const fine = bench.delivery({ address: addresses.fcm, content });
  await bench.publish([delivery, fine]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed.error).toMatchObject({ code });
  await bench.factOf(fine, "delivery.sent");
  expect(await simulator.accepted(delivery.id)).toBe(0);
});
