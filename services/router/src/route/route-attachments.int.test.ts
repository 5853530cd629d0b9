import { randomUUID } from "node:crypto";
import type { AttachmentRef, Channel } from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adhoc, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => {
  router = await testRouter(await testDatabase());
  await router.putRecipient("ann", {
    email: "ann@example.com",
    phone: "+4915112345678",
    whatsapp: "+4915112345678",
  });
});
afterAll(() => router.close());

const file = (size = 1_000, contentType = "application/pdf"): AttachmentRef => ({
  id: randomUUID(),
  filename: "invoice.pdf",
  contentType,
  size,
  sha256: "0".repeat(64),
});
const run = async (request: Parameters<typeof adhoc>[1]) => {
  const channels: Channel[] = ["email", "inapp", "sms", "whatsapp"];
  const asked = { to: ["ann"], channels, ...request };
  const { deliveries, facts } = await router.run(adhoc(randomUUID(), asked));
  const carried = Object.fromEntries(
    deliveries.map(({ channel, attachments }) => [channel, attachments?.length ?? 0]),
  );
  return { deliveries, carried, fact: facts[0] };
};

test("channels that can carry attachments do, the others go without and the fact says so", async () => {
  const attachments = [file()];
  const { deliveries, carried, fact } = await run({ attachments });
  expect(carried).toEqual({ email: 1, inapp: 0, sms: 0, whatsapp: 1 });
  expect(deliveries.find(({ channel }) => channel === "email")?.attachments).toEqual(attachments);
  expect(fact).toMatchObject({
    type: "notification.routed",
    withoutAttachments: [
      { channel: "inapp", reason: "it carries no attachments" },
      { channel: "sms", reason: "it carries no attachments" },
    ],
  });
});

test("each channel by its own limits", async () => {
  const large = await run({ attachments: [file(8 * 1024 * 1024)] });
  expect(large.carried).toMatchObject({ email: 0, whatsapp: 1 });
  const two = await run({ attachments: [file(), file()] });
  expect(two.carried).toMatchObject({ email: 2, whatsapp: 0 });
  const content = { title: "Hi", body: "a".repeat(1_025) };
  const long = await run({ attachments: [file()], content });
  expect(long.carried).toMatchObject({ email: 1, whatsapp: 0 });
});

test("without attachments nothing is said of them", async () => {
  const { deliveries, fact } = await run({});
  expect(fact).not.toHaveProperty("withoutAttachments");
  for (const delivery of deliveries) expect(delivery).not.toHaveProperty("attachments");
});
