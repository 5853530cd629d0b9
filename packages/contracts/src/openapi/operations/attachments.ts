import { z } from "zod";
import { AttachmentView, Filename } from "../../schemas/attachment.ts";
import type { Operation } from "../operation.ts";

const attachment = {
  id: "5f0c2a8e-91d3-4b67-8a2f-0c4de1b7a963",
  filename: "invoice.pdf",
  contentType: "application/pdf",
  size: 48_213,
  sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  expiresAt: "2026-06-03T09:30:00.000Z",
};
const stored = { description: "The attachment", schema: AttachmentView, example: attachment };

export const attachmentOperations: Operation[] = [
  {
    id: "storeAttachment",
    method: "post",
    path: "/v1/attachments",
    tag: "Attachments",
    summary: "Store a file that notifications may carry",
    description:
      "The body is the file, its `Content-Type` the file's; `Content-Length` is needed. The same file by the same name " +
      "has the same id, so a repeat stores nothing twice. It is kept 30 days (`ATTACHMENT_RETENTION_DAYS`), counted anew " +
      "from the day that any notification naming it is due.",
    scope: "send",
    query: z.object({ filename: Filename }),
    body: {
      schema: z.string().meta({ description: "The file's bytes", contentMediaType: "*/*" }),
      mediaTypes: ["*/*"],
      example: "%PDF-1.7 …",
    },
    answers: {
      200: { ...stored, description: "It was stored already, and is kept longer now" },
      201: { ...stored, description: "Stored" },
    },
  },
  {
    id: "getAttachment",
    method: "get",
    path: "/v1/attachments/{id}",
    tag: "Attachments",
    summary: "What a stored file is called and until when it is kept",
    scope: "send",
    answers: { 200: stored },
    errors: ["not_found"],
  },
  {
    id: "deleteAttachment",
    method: "delete",
    path: "/v1/attachments/{id}",
    tag: "Attachments",
    summary: "Remove a file",
    description: "What is still to be sent with it ends as `attachment_missing`.",
    scope: "send",
    answers: { 204: { description: "Removed" } },
    errors: ["not_found"],
  },
];
