import { putEntry } from "@pulsecourier/catalog";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { senderSlack } from "./index.ts";

const sections = '[{"type":"section","text":{"type":"mrkdwn","text":"*{{order.note}}*"}}]';

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench("slack");
  const definition = { channels: { slack: { text: "Order: {{order.note}}", blocks: sections } } };
  await putEntry(bench.db, { tenant: "default", kind: "template", name: "order", definition });
});
afterAll(() => bench.close());

const webhookChannel = "C0WEBHOOK01";

async function start(providers = "slack,slack-webhook") {
  const simulator = await startProvider("slack");
  const env = {
    ...bench.env,
    SLACK_PROVIDERS: providers,
    SLACK_BOT_TOKEN: "xoxb-token",
    SLACK_BASE_URL: `${simulator.url}/api`,
    SLACK_WEBHOOK_URL: `${simulator.url}/services/T00000000/B00000000/secret`,
    SLACK_WEBHOOK_CHANNEL: webhookChannel,
  };
  await runSender(senderSlack, env);
  return simulator;
}

const content = { text: "Hello" };
const address = "C0123ABCDEF";
const template = { name: "order", version: 1 };

test("values cannot call a channel or leave their string, and the message's ts is kept", async () => {
  const simulator = await start();
  const data = { order: { note: '<!channel> "A&B"' } };
  const delivery = bench.delivery({ address, template, data, content: undefined });
  await bench.publish([delivery]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
  const shown = '&lt;!channel&gt; "A&amp;B"';
  expect(received).toMatchObject({ provider: "slack", to: [address], subject: `Order: ${shown}` });
  expect(JSON.parse(received?.args?.["blocks"] ?? "")).toEqual([
    { type: "section", text: { type: "mrkdwn", text: `*${shown}*` } },
  ]);
  expect(sent).toMatchObject({ provider: "slack", providerMessageId: received?.id });
  expect(received?.id).toMatch(/^\d{10}\.\d{6}$/);
});

test("a webhook takes over for its own channel and for no other", async () => {
  const simulator = await start();
  await simulator.behave({ errorRate: 1, errorStatus: 503 });
  const own = bench.delivery({ address: webhookChannel, content });
  const other = bench.delivery({ address, content });
  await bench.publish([own, other]);
  const sent = await bench.factOf(own, "delivery.sent");
  expect(sent).toMatchObject({ provider: "slack-webhook", attempt: 1 });
  await simulator.behave({});
  const late = await bench.factOf(other, "delivery.sent");
  expect(late).toMatchObject({ provider: "slack" });
});

test("an address that no account takes ends the delivery and says so", async () => {
  await start("slack-webhook");
  const delivery = bench.delivery({ address, content });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed.error).toMatchObject({
    code: "provider_misconfigured",
    message: expect.stringMatching(/No account is set up that takes this delivery/),
  });
});

test("a channel that is archived ends the delivery at once", async () => {
  const simulator = await start();
  const body = { ok: false, error: "is_archived" };
  await simulator.behave({ next: [{ status: 404, body }] });
  const delivery = bench.delivery({ address, content });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({ provider: "slack", error: { code: "recipient_gone" } });
});

const dividers = (count: number) =>
  JSON.stringify(Array.from({ length: count }, () => ({ type: "divider" })));

test("a chat that wants fewer messages delays its own, and none of the others", async () => {
  const simulator = await start();
  const busy = "C0BUSY00001";
  const rejectRecipients = [{ match: busy, code: 429 }];
  await simulator.behave({ rejectRecipients, retryAfterSeconds: 2 });
  const limited = bench.delivery({ address: busy, content });
  await bench.publish([limited]);
  await bench.factOf(limited, "delivery.waiting");
  const others = Array.from({ length: 5 }, () => bench.delivery({ address, content }));
  await bench.publish(others);
  for (const other of others) await bench.factOf(other, "delivery.sent");
  await simulator.behave({});
  expect(await bench.factOf(limited, "delivery.sent")).toMatchObject({ attempt: 1 });
});

test.each([
  ["a name", { address: "#general", content }, "invalid_address", /id of a channel or user/],
  [
    "51 blocks",
    { address, content: { text: "Hi", blocks: dividers(51) } },
    "content_too_large",
    /51 blocks, the limit is 50/,
  ],
  ["no text", { address, content: { blocks: dividers(1) } }, "content_unusable", /text/],
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
