import { putEntry } from "@pulsecourier/catalog";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { senderTelegram } from "./index.ts";

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench("telegram");
  const text = 'Order <b>{{order.note}}</b>, <a href="{{order.url}}">follow it</a>';
  const definition = { channels: { telegram: { text } } };
  await putEntry(bench.db, { tenant: "default", kind: "template", name: "order", definition });
});
afterAll(() => bench.close());

const token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

async function start() {
  const simulator = await startProvider("telegram");
  const env = {
    ...bench.env,
    TELEGRAM_PROVIDERS: "telegram",
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_BASE_URL: simulator.url,
  };
  await runSender(senderTelegram, env);
  return simulator;
}

const content = { text: "Hello" };
const address = "5550123";
const template = { name: "order", version: 1 };

test("values cannot make tags or end an attribute, and the message's id is kept", async () => {
  const simulator = await start();
  const data = { order: { note: "<i>A & B", url: 'https://example.com/"><b>' } };
  const delivery = bench.delivery({ address, template, data, content: undefined });
  await bench.publish([delivery]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
  expect(received).toMatchObject({
    provider: "telegram",
    to: [address],
    subject: "Order <i>A & B, follow it",
  });
  const { content: kept } = await simulator.message(received?.id ?? "");
  expect(kept?.html).toContain('href="https://example.com/&quot;&gt;&lt;b&gt;"');
  expect(sent).toMatchObject({
    provider: "telegram",
    providerMessageId: received?.args?.["message_id"],
  });
});

test("a bot that was blocked ends the delivery at once, and no fact holds its token", async () => {
  const simulator = await start();
  await simulator.behave({ rejectRecipients: [{ match: "5550999", code: 403 }] });
  const delivery = bench.delivery({ address: "5550999", content });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({ provider: "telegram", error: { code: "recipient_gone" } });
  expect(JSON.stringify(failed)).not.toMatch(/5550999|AAHdqTcv/);
});

test("a chat that wants fewer messages delays its own, and none of the others", async () => {
  const simulator = await start();
  const busy = "5550666";
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
  ["a phone number", { address: "+4915112345678", content }, "invalid_address", /id of a chat/],
  [
    "4,097 characters",
    { address, content: { text: `<b>${"a".repeat(4_097)}</b>` } },
    "content_too_large",
    /4097 characters, the limit is 4096/,
  ],
  ["nothing but tags", { address, content: { text: "<b> </b>" } }, "content_unusable", /no text/],
])("%s ends the delivery before any call, and others go on", async (_what, fields, code, says) => {
  const simulator = await start();
  const delivery = bench.delivery(fields);
  const fine = bench.delivery({ address, content: { text: `<b>${"👋".repeat(4_096)}</b>` } });
  await bench.publish([delivery, fine]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed.error).toMatchObject({ code, message: expect.stringMatching(says) });
  await bench.factOf(fine, "delivery.sent");
  expect(await simulator.accepted(delivery.id)).toBe(0);
});
