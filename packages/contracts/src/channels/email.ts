import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";

/** What an email template or a rendered email holds. Without `text` a text part is derived from `html`. */
const content = z.strictObject({
  subject: z.string().min(1).max(998),
  html: z.string().max(512_000).optional(),
  text: z.string().max(512_000).optional(),
});

/** Bytes of all attachments of a mail: in base64 they stay below 10 MB, which every provider takes. */
const MAX_ATTACHED_BYTES = 7 * 1024 * 1024;

export const email: ChannelDefinition = {
  name: "email",
  content,
  address: (recipient) => recipient.email ?? null,
  contentOf: ({ subject, title, text, html, body }) => {
    const plain = text ?? body;
    if (plain === undefined && html === undefined) return null;
    return {
      subject: subject ?? title ?? "(no subject)",
      ...(html === undefined ? {} : { html }),
      ...(plain === undefined ? {} : { text: plain }),
    };
  },
  emptyContentHint: "email needs `text`, `html` or `body`",
  refuseAttachments: (attachments) => {
    const bytes = attachments.reduce((sum, { size }) => sum + size, 0);
    return bytes > MAX_ATTACHED_BYTES
      ? `the attachments have ${bytes} bytes together, a mail takes ${MAX_ATTACHED_BYTES}`
      : null;
  },
};
