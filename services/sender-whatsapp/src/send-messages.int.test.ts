import { randomBytes } from "node:crypto";
import { putEntry } from "@pulsecourier/catalog";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import {
  openTestAttachments,
  openTestBench,
  runSender,
  type TestBench,
} from "@pulsecourier/sender/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { senderWhatsapp } from "./index.ts";

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench("whatsapp");
  const whatsapp = {
    template: "order_shipped",
    language: "en",
    parameters: '["{{order.id}}", "{{order.by}}"]',
  };
  const german = { ...whatsapp, language: "de" };
  const definition = {
    channels: { whatsapp },
    locales: { de: { channels: { whatsapp: german } } },
  };
  await putEntry(bench.db, { tenant: "default", kind: "template", name: "order", definition });
});
afterAll(() => bench.close());

async function start(more: Record<string, string> = {}) {
  const simulator = await startProvider("whatsapp");
  const env = {
    ...bench.env,
    WHATSAPP_PROVIDERS: "whatsapp",
    WHATSAPP_PHONE_NUMBER_ID: "106540352242922",
    WHATSAPP_ACCESS_TOKEN: "token",
    WHATSAPP_BASE_URL: simulator.url,
    ...more,
  };
  await runSender(senderWhatsapp, env);
  return simulator;
}

const content = { text: "Hello" };
const address = "+4915112345678";
const template = { name: "order", version: 1 };

test("a template becomes Meta's, in the recipient's language and with its values", async () => {
  const simulator = await start();
  const data = { order: { id: 'A-1 "express"', by: "DHL\nExpress" } };
  const recipient = { id: "ada", locale: "de-AT" };
  const delivery = bench.delivery({ address, template, data, recipient, content: undefined });
  await bench.publish([delivery]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
  expect(received).toMatchObject({
    provider: "whatsapp",
    to: [address],
    subject: 'order_shipped (de): A-1 "express", DHL Express',
  });
  expect(sent).toMatchObject({ provider: "whatsapp", providerMessageId: received?.id });
});

test("tenants write from numbers of their own", async () => {
  const simulator = await start();
  const own = bench.delivery({ address, content, identity: { senderId: "200000000000001" } });
  const plain = bench.delivery({ address, content });
  await bench.publish([own, plain]);
  const from = async (delivery: typeof own) => {
    await bench.factOf(delivery, "delivery.sent");
    const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
    return simulator.message(received?.id ?? "");
  };
  expect(await from(own)).toMatchObject({ content: { from: "200000000000001" } });
  expect(await from(plain)).toMatchObject({ content: { from: "106540352242922" } });
});

test("outside the 24 hours a text ends at once, and the error says that a template is needed", async () => {
  const simulator = await start();
  const body = {
    error: { message: "Re-engagement message", type: "OAuthException", code: 131047 },
  };
  await simulator.behave({ next: [{ status: 400, body }] });
  const delivery = bench.delivery({ address, content });
  await bench.publish([delivery]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed).toMatchObject({
    attempt: 1,
    error: { code: "provider_rejected", message: expect.stringMatching(/only a template/) },
  });
});

test.each([
  { code: 131026, error: "recipient_unreachable", reason: "recipient_gone", days: 30 },
  { code: 131050, error: "recipient_unsubscribed", reason: "unsubscribe", days: null },
])("error $code leaves the number out: $reason, for days: $days", async (one) => {
  const simulator = await start();
  const body = { error: { message: "no", type: "OAuthException", code: one.code } };
  await simulator.behave({ next: [{ status: 400, body }] });
  const to = `+4915112${one.code}`;
  const delivery = bench.delivery({ address: to, content });
  await bench.publish([delivery]);
  expect((await bench.factOf(delivery, "delivery.failed")).error.code).toBe(one.error);
  const rows = await bench.db.query(
    "left-out",
    `select reason, round(extract(epoch from until - at) / 86400)::int as days
     from directory.suppressions where channel = 'whatsapp' and address = $1`,
    [to],
  );
  expect(rows).toEqual([{ reason: one.reason, days: one.days }]);
});

test("what a message is about is given along for its receipts", async () => {
  const simulator = await start();
  const delivery = bench.delivery({ address, content });
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.sent");
  const [received] = await simulator.messages(`deliveryId=${delivery.id}`);
  const data = new URLSearchParams(received?.args?.["biz_opaque_callback_data"]);
  expect(Object.fromEntries(data)).toEqual({
    delivery_id: delivery.id,
    notification_id: delivery.notificationId,
    tenant: "default",
  });
});

test.each([
  ["a number without its country", { address: "0151 12345678", content }, "invalid_address"],
  ["4,097 characters", { address, content: { text: "a".repeat(4_097) } }, "content_too_large"],
  ["no text", { address, content: { subject: "Hi" } }, "content_unusable"],
  [
    "an empty value",
    { address, template, data: { order: { id: "A-1", by: "" } }, content: undefined },
    "content_unusable",
  ],
])("%s ends the delivery before any call, and others go on", async (_what, fields, code) => {
  const simulator = await start();
  const delivery = bench.delivery(fields);
  const fine = bench.delivery({ address, content });
  await bench.publish([delivery, fine]);
  expect((await bench.factOf(delivery, "delivery.failed")).error.code).toBe(code);
  await bench.factOf(fine, "delivery.sent");
  expect(await simulator.accepted(delivery.id)).toBe(0);
});

const filesOf = async (simulator: Awaited<ReturnType<typeof start>>, deliveryId: string) => {
  const [received] = await simulator.messages(`deliveryId=${deliveryId}`);
  return received && (await simulator.message(received.id)).content;
};
const bytes = (size: number) => Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(size)]);

test.each([
  ["a document", { filename: 'Rechnung "März" 🧾.pdf', contentType: "application/pdf" }, content],
  ["an image", { filename: "a.png", contentType: "image/png" }, content],
  ["a template's document", { filename: "a.pdf", contentType: "application/pdf" }, undefined],
])("%s is uploaded, and the message names it", async (_what, file, words) => {
  const attachments = await openTestAttachments(bench.db);
  const simulator = await start(attachments.env);
  const ref = await attachments.put(bytes(1_048_576), file);
  const data = { order: { id: "A-1", by: "DHL" } };
  const named = words === undefined ? { template, data } : {};
  const delivery = bench.delivery({ address, content: words, ...named, attachments: [ref] });
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.sent");
  const got = await filesOf(simulator, delivery.id);
  const { filename, contentType: type, size, sha256 } = ref;
  expect(got?.attachments).toEqual([{ filename, type, bytes: size, sha256 }]);
  expect(got?.text).toBe(words === undefined ? "order_shipped (en): A-1, DHL" : words.text);
});

test("text too long to stand below a file ends the delivery", async () => {
  const attachments = await openTestAttachments(bench.db);
  await start(attachments.env);
  const ref = await attachments.put(bytes(1_000));
  const long = { text: "a".repeat(1_025) };
  const delivery = bench.delivery({ address, content: long, attachments: [ref] });
  await bench.publish([delivery]);
  expect((await bench.factOf(delivery, "delivery.failed")).error).toMatchObject({
    code: "attachments_unusable",
    message: expect.stringContaining("1024 characters"),
  });
});
