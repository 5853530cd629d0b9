import { createSecretKey } from "node:crypto";
import { putEntry } from "@pulsecourier/catalog";
import { loadSecret } from "@pulsecourier/db";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { openTestBench, runSender, type TestBench } from "@pulsecourier/sender/testing";
import { eventually } from "@pulsecourier/testkit";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { senderEmail } from "./index.ts";

let bench: TestBench;
beforeAll(async () => {
  bench = await openTestBench();
  const definition = {
    channels: {
      email: {
        subject: "Order {{order.id}}",
        html: "<p>Hello {{recipient.id}}, {{order.id}} is on its way.</p><p><a href='{{unsubscribeUrl}}'>Stop</a></p>",
      },
    },
  };
  await putEntry(bench.db, { tenant: "default", kind: "template", name: "order", definition });
});
afterAll(() => bench.close());

async function start(provider: "smtp" | "sendgrid" | "ses", env: Record<string, string> = {}) {
  const simulator = await startProvider(provider);
  const accounts = {
    SENDGRID_API_KEY: "SG.test",
    SENDGRID_BASE_URL: simulator.url,
    SMTP_URL: simulator.smtpUrl,
    SES_ACCESS_KEY_ID: "AKIASIMULATOR",
    SES_SECRET_ACCESS_KEY: "secret",
    SES_BASE_URL: `${simulator.url}/ses`,
  };
  const config = {
    ...bench.env,
    ...accounts,
    EMAIL_PROVIDERS: provider,
    EMAIL_FROM: "Shop <s@shop.example>",
    PUBLIC_URL: "https://pulse.example",
    ...env,
  };
  const url = await runSender(senderEmail, config);
  return { simulator, url };
}

const Stored = z.object({
  content: z.object({
    from: z.string(),
    text: z.string(),
    html: z.string(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
});
const StoredSender = z.object({
  content: z.object({ from: z.string(), replyTo: z.string().optional() }),
});
const data = { order: { id: "A-1" } };
const template = { name: "order", version: 1 };

test.each(["smtp", "sendgrid", "ses"] as const)(
  "%s: a template becomes a mail that can be unsubscribed from",
  async (provider) => {
    const { simulator } = await start(provider);
    const delivery = bench.delivery({
      template,
      data,
      content: undefined,
      optOut: true,
      category: "news",
    });
    await bench.publish([delivery]);
    const sent = await bench.factOf(delivery, "delivery.sent");
    expect(sent.provider).toBe(provider);
    const [received] = await eventually(async () => {
      const found = await simulator.messages(`to=${delivery.address}`);
      return found.length === 1 ? found : null;
    }).then((found) => found ?? []);
    expect(received).toMatchObject({ to: [delivery.address], subject: "Order A-1" });
    const { content } = Stored.parse(await simulator.message(received?.id ?? ""));
    expect(content.from).toContain("s@shop.example");
    expect(content.html).toContain("A-1 is on its way");
    expect(content.text).toContain("A-1 is on its way");
    const headers = new Map(content.headers.map(({ name, value }) => [name.toLowerCase(), value]));
    expect(headers.get("x-pulse-delivery")).toBe(delivery.id);
    expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    if (provider === "smtp")
      expect(headers.get("message-id")).toBe(`<${delivery.id}@shop.example>`);
    const token = /https:\/\/pulse\.example\/v1\/unsubscribe\/([\w.-]+)/.exec(
      headers.get("list-unsubscribe") ?? "",
    )?.[1];
    const key = createSecretKey(await loadSecret(bench.db, "tokens"));
    const { payload } = await jwtVerify(token ?? "", key, { audience: "unsubscribe" });
    expect(payload).toMatchObject({
      tenant: "default",
      sub: delivery.recipient.id,
      category: "news",
    });
    expect(content.html).toContain(token);
  },
);

test.each(["smtp", "sendgrid", "ses"] as const)(
  "%s: two tenants are two senders, and one without an identity is the account's",
  async (provider) => {
    const { simulator } = await start(provider);
    const shop = {
      from: "orders@shop.example",
      fromName: "The Shöp",
      replyTo: "help@shop.example",
    };
    const bank = { from: "bank@bank.example", accounts: { [provider]: { fromName: "Bank" } } };
    const tenants = [
      bench.delivery({ tenant: "shop", identity: shop }),
      bench.delivery({ tenant: "bank", identity: bank }),
      bench.delivery({ tenant: "named", identity: { fromName: "Only a name" } }),
      bench.delivery({ tenant: "plain" }),
    ];
    await bench.publish(tenants);
    const seen = await Promise.all(
      tenants.map(async (delivery) => {
        await bench.factOf(delivery, "delivery.sent");
        const all = await simulator.messages(`deliveryId=${delivery.id}`);
        const { content } = StoredSender.parse(await simulator.message(all[0]?.id ?? ""));
        return [content.from.replaceAll('"', ""), content.replyTo];
      }),
    );
    expect(seen).toEqual([
      ["The Shöp <orders@shop.example>", "help@shop.example"],
      ["Bank <bank@bank.example>", undefined],
      ["Only a name <s@shop.example>", undefined],
      ["Shop <s@shop.example>", undefined],
    ]);
  },
);

test.each([
  ["an invalid address", { address: "ada@@example.com" }, "invalid_address"],
  [
    "a line break in the address",
    { address: "ada@example.com\r\nBcc: eve@example.com" },
    "header_injection",
  ],
  [
    "a line break in the subject",
    { content: { subject: "Hi\nBcc: e@example.com", text: "x" } },
    "header_injection",
  ],
  ["no subject", { content: { text: "x" } }, "content_unusable"],
  [
    "content over the limit",
    { content: { subject: "Hi", text: "x".repeat(600_000) } },
    "content_too_large",
  ],
  [
    "an unknown template",
    { content: undefined, template: { name: "gone", version: 1 } },
    "unknown_template",
  ],
  ["a missing value", { content: undefined, template, data: {} }, "template_value_missing"],
])("%s ends the delivery before any call", async (_, fields, code) => {
  const { simulator } = await start("sendgrid");
  const delivery = bench.delivery(fields);
  const fine = bench.delivery();
  await bench.publish([delivery, fine]);
  const failed = await bench.factOf(delivery, "delivery.failed");
  expect(failed.error.code).toBe(code);
  expect(JSON.stringify(failed)).not.toContain("example.com");
  expect((await bench.letterOf(delivery)).headers["ntf-reason"]).toBe("rejected");
  await bench.factOf(fine, "delivery.sent");
  expect(await simulator.accepted(delivery.id)).toBe(0);
});

test("a thousand deliveries, each twice, at a provider that fails a tenth of the calls: none lost, none twice", async () => {
  const { simulator } = await start("sendgrid");
  await simulator.behave({ latencyMs: 5, errorRate: 0.1, errorStatus: 503 });
  const deliveries = Array.from({ length: 1_000 }, () => bench.delivery());
  await bench.publish(deliveries, { times: 2 });
  const ids = new Set(deliveries.map((delivery) => delivery.notificationId));
  await eventually(
    () => {
      const sent = bench.facts.filter(
        (fact) => fact.type === "delivery.sent" && ids.has(fact.notificationId),
      );
      return new Set(sent.map((fact) => fact.notificationId)).size === 1_000;
    },
    { timeoutMs: 25_000 },
  );
  const stats: unknown = await (await fetch(`${simulator.url}/__sim/stats`)).json();
  expect(stats).toMatchObject({ accepted: 1_000, uniqueDeliveries: 1_000, duplicates: 0 });
}, 40_000);
