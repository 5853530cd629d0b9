import { hash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { openAttachmentStore } from "@pulsecourier/attachments";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { gatewayConfig } from "../config.ts";
import { deleteExpiredAttachments } from "./delete-expired.ts";
import { newFile, startWithFolder } from "./test-attachments.ts";

let gateway: Awaited<ReturnType<typeof startWithFolder>>;
beforeAll(async () => (gateway = await startWithFolder({ ATTACHMENT_MAX_BYTES: "200000" })));
afterAll(() => gateway.close());

const DAY_MS = 86_400_000;

test("stores a file, and the same file by the same name once", async () => {
  const before = await gateway.files();
  const file = newFile(150_000);
  const first = await gateway.upload(file, { filename: 'Rechnung "März" 🧾.pdf' });
  expect(first).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      filename: 'Rechnung "März" 🧾.pdf',
      contentType: "application/pdf",
      size: 150_000,
      sha256: hash("sha256", file, "hex"),
    },
  });
  const keptMs = Date.parse(first.body.expiresAt) - Date.now();
  expect(keptMs).toBeGreaterThan(29.9 * DAY_MS);
  expect(keptMs).toBeLessThan(30.1 * DAY_MS);
  const second = await gateway.upload(file, { filename: 'Rechnung "März" 🧾.pdf' });
  expect(second).toMatchObject({ status: 200, body: { id: first.body.id } });
  const renamed = await gateway.upload(file, { filename: "other.pdf" });
  expect(renamed.status).toBe(201);
  expect(renamed.body.id).not.toBe(first.body.id);
  expect((await gateway.files()).length - before.length).toBe(2);
  expect(await gateway.call(`GET /v1/attachments/${first.body.id}`)).toMatchObject({
    status: 200,
    body: { ...first.body, expiresAt: second.body.expiresAt },
  });
});

test("many at once of the same file are one", async () => {
  const before = await gateway.files();
  const file = newFile();
  const replies = await Promise.all(Array.from({ length: 8 }, () => gateway.upload(file)));
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(7);
  expect((await gateway.files()).length - before.length).toBe(1);
});

test("another tenant neither sees nor removes it, and has its own of the same file", async () => {
  const file = newFile();
  const { id } = (await gateway.upload(file)).body;
  const key = await gateway.newKey({ tenant: `other-${randomUUID()}` });
  expect((await gateway.call(`GET /v1/attachments/${id}`, { key })).status).toBe(404);
  expect((await gateway.call(`DELETE /v1/attachments/${id}`, { key })).status).toBe(404);
  const theirs = await gateway.upload(file, { key });
  expect(theirs.status).toBe(201);
  expect(theirs.body.id).not.toBe(id);
  expect((await gateway.call(`GET /v1/attachments/${id}`)).status).toBe(200);
});

test("removed, it is gone, and can be stored again under the same id", async () => {
  const file = newFile();
  const before = await gateway.files();
  const { id } = (await gateway.upload(file)).body;
  expect((await gateway.call(`DELETE /v1/attachments/${id}`)).status).toBe(204);
  expect((await gateway.call(`DELETE /v1/attachments/${id}`)).status).toBe(404);
  expect((await gateway.call(`GET /v1/attachments/${id}`)).status).toBe(404);
  expect(await gateway.files()).toEqual(before);
  expect((await gateway.upload(file)).body.id).toBe(id);
});

describe("refused", () => {
  test.each([
    "",
    "..",
    "a/b.pdf",
    "a\\b.pdf",
    "a\r\nBcc: eve@example.com",
    "a\u0000",
    "gpj.\u202epdf",
    "x".repeat(256),
  ])("the name %j", async (filename) => {
    expect(await gateway.upload(newFile(), { filename })).toMatchObject({
      status: 400,
      body: { code: "malformed_request", detail: expect.stringContaining("filename") },
    });
  });

  test.each(["multipart/form-data; boundary=x", "message/rfc822", "pdf", "text/plain\tx"])(
    "the type %j",
    async (type) => {
      const { status, body } = await gateway.upload(newFile(), { type });
      expect([status, body.code]).toEqual([415, "unsupported_media_type"]);
    },
  );

  test("more bytes than are allowed, none, and how many unsaid", async () => {
    expect(await gateway.upload(newFile(200_001))).toMatchObject({
      status: 413,
      body: { code: "body_too_large", detail: expect.stringContaining("200000 bytes") },
    });
    expect(await gateway.upload(Buffer.alloc(0))).toMatchObject({ status: 400 });
    const unsaid = await fetch(`${gateway.url}/v1/attachments?filename=a.pdf`, {
      method: "POST",
      headers: { authorization: `Bearer ${gateway.key}`, "content-type": "application/pdf" },
      body: new Blob(["%PDF"]).stream(),
      duplex: "half",
    });
    expect(unsaid.status).toBe(400);
    expect(await unsaid.json()).toMatchObject({
      detail: expect.stringContaining("Content-Length"),
    });
  });
});

test("an upload that breaks off leaves nothing", async () => {
  const before = await gateway.files();
  const broken = request(`${gateway.url}/v1/attachments?filename=a.pdf`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${gateway.key}`,
      "content-type": "application/pdf",
      "content-length": 100_000,
    },
  });
  const failed = once(broken, "error");
  broken.write(Buffer.alloc(50_000));
  await eventually(async () => expect((await gateway.files()).length).toBe(before.length + 1));
  broken.destroy(new Error("gone"));
  await failed;
  await eventually(async () => expect(await gateway.files()).toEqual(before));
  const rows = await gateway.db.query(
    "left",
    "select 1 from gateway.attachments where id is null",
    [],
  );
  expect(rows).toEqual([]);
});

test("clean-up removes what is past its time, what nobody finished too, and nothing else", async () => {
  const { body: kept } = await gateway.upload(newFile());
  const { body: old } = await gateway.upload(newFile());
  const expire = "update gateway.attachments set expires_at = now() - interval '1 s' where id = $1";
  await gateway.db.query("expire", expire, [old.id]);
  await gateway.db.query(
    "unfinished",
    `insert into gateway.attachments (object, tenant, filename, content_type, size, expires_at)
     values ($1, 'default', 'a', 'a/b', 1, now() - interval '1 s')`,
    [randomUUID()],
  );
  const before = await gateway.files();
  const store = openAttachmentStore(parseConfig(gatewayConfig, gateway.env));
  onTestFinished(() => store.close());
  expect(await deleteExpiredAttachments({ db: gateway.db, attachments: store }, 100)).toBe(2);
  expect(await deleteExpiredAttachments({ db: gateway.db, attachments: store }, 100)).toBe(0);
  expect((await gateway.files()).length).toBe(before.length - 1);
  expect((await gateway.call(`GET /v1/attachments/${old.id}`)).status).toBe(404);
  expect((await gateway.call(`GET /v1/attachments/${kept.id}`)).status).toBe(200);
});

test("a store that cannot be written to: 503", async () => {
  const away = await startWithFolder({ ATTACHMENTS_DIR: "/dev/null/attachments" });
  onTestFinished(() => away.close());
  expect(await away.upload(newFile())).toMatchObject({
    status: 503,
    body: { code: "unavailable", retryable: true },
  });
});
