import { expect, test } from "vitest";
import { attachmentId } from "../attachment-id.ts";
import { AttachmentType, Filename } from "./attachment.ts";

test.each([
  ["invoice.pdf", true],
  ['Rechnung "März"; a=b 🧾.pdf', true],
  ["é".repeat(127), true],
  ["é".repeat(128), false],
  ["", false],
  [".", false],
  ["..", false],
  ["../../etc/passwd", false],
  ["a\\b", false],
  ["a\r\nBcc: eve@example.com", false],
  ["a\nb", false],
  ["a\tb", false],
  ["a\u0000", false],
  ["a\u0085b", false],
  ["a\u2028b", false],
  ["gpj.\u202efdp", false],
  ["\ud800.pdf", false],
])("the name %j: %s", (name, taken) => {
  expect(Filename.safeParse(name).success).toBe(taken);
});

test.each([
  ["application/pdf", true],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", true],
  ["image/svg+xml", true],
  ["pdf", false],
  ["text/plain; charset=utf-8", false],
  ["text/plain\r\nBcc: eve@example.com", false],
  ["message/rfc822", false],
  ["multipart/mixed", false],
  ["", false],
])("the type %j: %s", (type, taken) => {
  expect(AttachmentType.safeParse(type).success).toBe(taken);
});

test("an id stands for tenant, bytes, name and type", () => {
  const of = { sha256: "0".repeat(64), filename: "a.pdf", contentType: "application/pdf" };
  const ids = [
    attachmentId("a", of),
    attachmentId("b", of),
    attachmentId("a", { ...of, sha256: "1".repeat(64) }),
    attachmentId("a", { ...of, filename: "b.pdf" }),
    attachmentId("a", { ...of, contentType: "text/plain" }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(attachmentId("a", of)).toBe(ids[0]);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
