import { hash, randomUUID } from "node:crypto";
import { AdhocEvent } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newFile, startWithFolder } from "../attachments/test-attachments.ts";

let gateway: Awaited<ReturnType<typeof startWithFolder>>;
beforeAll(async () => (gateway = await startWithFolder()));
afterAll(() => gateway.close());

const DAY_MS = 86_400_000;
const content = { subject: "Your invoice", text: "It is attached." };
const inline = (file: Buffer, changes: object = {}) => ({
  filename: "invoice.pdf",
  contentType: "application/pdf",
  content: file.toString("base64"),
  ...changes,
});
const post = (body: object, headers: Record<string, string> = {}) =>
  gateway.call("POST /v1/notifications", {
    body: { to: "u", channels: ["email"], content, ...body },
    headers,
  });

async function attachmentsOf(eventId: string) {
  const [record] = await gateway.recordsOf(eventId);
  return AdhocEvent.parse(JSON.parse(String(record?.value))).attachments;
}

test("what is stored goes along as a reference", async () => {
  const { expiresAt: _, ...ref } = (await gateway.upload(newFile())).body;
  const reply = await post({ attachments: [{ id: ref.id }] });
  expect(reply.status).toBe(202);
  expect(await attachmentsOf(reply.body.eventId)).toEqual([ref]);
});

test("what is written into the request is stored, and the record stays small", async () => {
  const file = newFile(400_000);
  const reply = await post({ attachments: [inline(file)] });
  expect(reply.status).toBe(202);
  const [ref, ...others] = (await attachmentsOf(reply.body.eventId)) ?? [];
  expect(others).toEqual([]);
  expect(ref).toMatchObject({ size: 400_000, sha256: hash("sha256", file, "hex") });
  const stored = await gateway.call(`GET /v1/attachments/${ref?.id}`);
  expect(stored).toMatchObject({ status: 200, body: ref });
  const [record] = await gateway.recordsOf(reply.body.eventId);
  expect(record?.value?.length).toBeLessThan(1_000);
});

test("a repeat under the same key stores nothing more, and the same file is stored once", async () => {
  const file = newFile();
  const key = { "idempotency-key": randomUUID() };
  const first = await post({ attachments: [inline(file)] }, key);
  const before = await gateway.files();
  expect((await post({ attachments: [inline(file)] }, key)).body).toEqual(first.body);
  const another = await post({ attachments: [inline(file)] });
  expect(await attachmentsOf(another.body.eventId)).toEqual(
    await attachmentsOf(first.body.eventId),
  );
  expect(await gateway.files()).toEqual(before);
});

test("it is kept until the notification was due, and the retention after that", async () => {
  const { id } = (await gateway.upload(newFile())).body;
  const sendAt = new Date(Date.now() + 100 * DAY_MS).toISOString();
  expect((await post({ attachments: [{ id }], sendAt })).status).toBe(202);
  const expiresAt = async () =>
    Date.parse((await gateway.call(`GET /v1/attachments/${id}`)).body.expiresAt);
  const kept = await expiresAt();
  const past = kept - Date.parse(sendAt) - 30 * DAY_MS;
  expect([past >= 0, past < 3_600_000]).toEqual([true, true]);
  // A notification that is due earlier does not shorten it.
  expect((await post({ attachments: [{ id }] })).status).toBe(202);
  expect(await expiresAt()).toBe(kept);
});

const unknown = { id: randomUUID() };
const pdf = newFile();

test.each([
  ["an id nobody has", { attachments: [unknown] }, ["unknown_attachment", "/attachments/0/id"]],
  [
    "text that is not base64",
    { attachments: [inline(pdf, { content: "%%%%" })] },
    ["invalid_request", "/attachments/0/content"],
  ],
  [
    "a line break in the name",
    { attachments: [inline(pdf, { filename: "a\r\nBcc: eve@example.com" })] },
    ["invalid_request", "/attachments/0/filename"],
  ],
  [
    "a named channel that carries none",
    { channels: ["email", "sms"], attachments: [inline(pdf)] },
    ["attachments_unusable", "/attachments"],
  ],
  [
    "more than one for WhatsApp",
    { channels: ["whatsapp"], attachments: [inline(pdf), inline(newFile())] },
    ["attachments_unusable", "/attachments"],
  ],
  [
    "eleven",
    { attachments: Array.from({ length: 11 }, () => unknown) },
    ["invalid_request", "/attachments"],
  ],
])("refused: %s", async (_what, body, problem) => {
  const reply = await post(body);
  expect(reply.status).toBe(422);
  expect([reply.body.code, reply.body.errors[0].pointer]).toEqual(problem);
});

test("too much written into the request: 413 says to upload it first", async () => {
  const reply = await post({ attachments: [inline(newFile(300_000)), inline(newFile(300_000))] });
  expect(reply).toMatchObject({
    status: 413,
    body: { code: "body_too_large", detail: expect.stringContaining("/v1/attachments") },
  });
  const larger = await post({ attachments: [inline(newFile(1_000_000))] });
  expect(larger).toMatchObject({
    status: 413,
    body: { code: "body_too_large", detail: expect.stringContaining("/v1/attachments") },
  });
});

test("another tenant's id is nobody's", async () => {
  const key = await gateway.newKey({ tenant: `other-${randomUUID()}` });
  const { id } = (await gateway.upload(newFile(), { key })).body;
  expect(await post({ attachments: [{ id }] })).toMatchObject({
    status: 422,
    body: { code: "unknown_attachment" },
  });
});

test("without named channels one that carries them will do", async () => {
  const attachments = [inline(newFile())];
  expect((await post({ channels: undefined, attachments })).status).toBe(202);
  const template = `tpl-${randomUUID()}`;
  const put = (channels: object) =>
    gateway.call(`PUT /v1/templates/${template}`, { body: { channels } });
  await put({ sms: { text: "x" } });
  const request = { channels: undefined, content: undefined, template, attachments };
  expect(await post(request)).toMatchObject({
    status: 422,
    body: { code: "attachments_unusable" },
  });
  await put({ sms: { text: "x" }, email: { subject: "s", text: "x" } });
  expect((await post(request)).status).toBe(202);
});

test("in a batch each request stands or falls alone", async () => {
  const file = newFile();
  const one = { to: "u", channels: ["email"], content };
  const reply = await gateway.call("POST /v1/notifications/batch", {
    body: {
      notifications: [
        { ...one, attachments: [inline(file)] },
        { ...one, attachments: [unknown] },
        one,
        { ...one, attachments: [inline(file)] },
      ],
    },
  });
  expect(reply.status).toBe(202);
  const [first, second, third, fourth] = reply.body.results;
  expect(second.problem).toMatchObject({
    code: "unknown_attachment",
    errors: [{ pointer: "/notifications/1/attachments/0/id" }],
  });
  const refs = await attachmentsOf(first.eventId);
  expect(refs).toMatchObject([{ sha256: hash("sha256", file, "hex") }]);
  expect(await attachmentsOf(third.eventId)).toBeUndefined();
  expect(await attachmentsOf(fourth.eventId)).toEqual(refs);
});
