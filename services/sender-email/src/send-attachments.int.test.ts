import { randomBytes } from "node:crypto";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import {
  openTestAttachments,
  openTestBench,
  runSender,
  type TestBench,
} from "@pulsecourier/sender/testing";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { senderEmail } from "./index.ts";

let bench: TestBench;
beforeAll(async () => (bench = await openTestBench()));
afterAll(() => bench.close());

async function start(provider: "smtp" | "sendgrid" | "ses", env: Record<string, string> = {}) {
  const attachments = await openTestAttachments(bench.db);
  const simulator = await startProvider(provider);
  const config = {
    ...bench.env,
    ...attachments.env,
    EMAIL_PROVIDERS: provider,
    SENDGRID_API_KEY: "SG.test",
    SENDGRID_BASE_URL: simulator.url,
    SMTP_URL: simulator.smtpUrl,
    SES_ACCESS_KEY_ID: "AKIASIMULATOR",
    SES_SECRET_ACCESS_KEY: "secret",
    SES_BASE_URL: `${simulator.url}/ses`,
    ...env,
  };
  await runSender(senderEmail, config);
  return { simulator, attachments };
}

const Stored = z.object({
  content: z.object({
    text: z.string(),
    attachments: z.array(z.record(z.string(), z.unknown())),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
});

type Simulator = Awaited<ReturnType<typeof start>>["simulator"];
async function contentOf(simulator: Simulator, deliveryId: string) {
  const [received] = await eventually(async () => {
    const found = await simulator.messages(`deliveryId=${deliveryId}`);
    return found.length === 1 ? found : null;
  }).then((found) => found ?? []);
  return Stored.parse(await simulator.message(received?.id ?? "")).content;
}

const pdf = (size: number) => Buffer.concat([Buffer.from("%PDF-1.7\n%âãÏÓ\n"), randomBytes(size)]);

test.each(["smtp", "sendgrid", "ses"] as const)(
  "%s: files arrive byte for byte, by their names",
  async (provider) => {
    const { simulator, attachments } = await start(provider);
    const refs = [
      await attachments.put(pdf(1_048_576), { filename: 'Rechnung "März" 2026; a=b 🧾.pdf' }),
      await attachments.put(Buffer.from(`${provider}\r\n1,2\n\n.\n--x--\r`), {
        filename: `${"long-name-".repeat(20)}.csv`,
        contentType: "text/csv",
      }),
    ];
    const delivery = bench.delivery({ attachments: refs });
    await bench.publish([delivery]);
    await bench.factOf(delivery, "delivery.sent");
    const { text, attachments: arrived, headers } = await contentOf(simulator, delivery.id);
    expect(text.trim()).toBe("Hello");
    expect(arrived).toEqual(
      refs.map(({ filename, contentType: type, size: bytes, sha256 }) => ({
        filename,
        type,
        bytes,
        sha256,
      })),
    );
    expect(headers.map(({ name }) => name.toLowerCase())).not.toContain("bcc");
  },
);

test("one that is gone, damaged or another tenant's ends the delivery and says what to do; others go on", async () => {
  const { simulator, attachments } = await start("sendgrid");
  const [gone, damaged, theirs] = await Promise.all([
    attachments.put(pdf(1_000)),
    attachments.put(pdf(2_000)),
    attachments.put(pdf(1_000), { tenant: "other" }),
  ]);
  await bench.db.query("gone", "delete from gateway.attachments where id = $1", [gone.id]);
  // Of the same size, so that only the hash tells.
  const files = await readdir(attachments.dir, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of files.filter((one) => one.isFile())) {
    const path = join(parentPath, name);
    await writeFile(path, randomBytes((await stat(path)).size));
  }
  const deliveries = [gone, damaged, theirs].map((one) => bench.delivery({ attachments: [one] }));
  const fine = bench.delivery();
  await bench.publish([...deliveries, fine]);
  for (const delivery of deliveries) {
    const failed = await bench.factOf(delivery, "delivery.failed");
    expect(failed.error).toMatchObject({
      code: "attachment_missing",
      class: "permanent",
      message: expect.stringContaining("upload the same file again"),
    });
    expect((await bench.letterOf(delivery)).headers["ntf-reason"]).toBe("rejected");
    expect(await simulator.accepted(delivery.id)).toBe(0);
  }
  await bench.factOf(fine, "delivery.sent");
});

test("a store that is away is waited for, and costs no attempt", async () => {
  const { simulator, attachments } = await start("sendgrid");
  const delivery = bench.delivery({ attachments: [await attachments.put(pdf(1_000))] });
  const fine = bench.delivery();
  await attachments.goAway();
  await bench.publish([delivery, fine]);
  const waiting = await bench.factOf(delivery, "delivery.waiting");
  expect(waiting.reason).toContain("the attachment store failed");
  await bench.factOf(fine, "delivery.sent");
  await attachments.comeBack();
  const sent = await bench.factOf(delivery, "delivery.sent");
  expect(sent).toMatchObject({ attempt: 1, possibleDuplicate: false });
  expect(await simulator.accepted(delivery.id)).toBe(1);
});

test("more than memory holds at once: all are sent, each with its own", async () => {
  const { simulator, attachments } = await start("sendgrid", { ATTACHMENT_MEMORY_MIB: "1" });
  const shared = await attachments.put(pdf(300_000));
  const deliveries = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const own = index % 4 === 0 ? await attachments.put(pdf(500_000)) : shared;
      return bench.delivery({ attachments: [own] });
    }),
  );
  await bench.publish(deliveries);
  for (const delivery of deliveries) {
    await bench.factOf(delivery, "delivery.sent");
    const { attachments: arrived } = await contentOf(simulator, delivery.id);
    expect(arrived).toMatchObject([{ sha256: delivery.attachments?.[0]?.sha256 }]);
  }
});
