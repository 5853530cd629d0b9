import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";

/** What an email template or a rendered email holds. Without `text` a text part is derived from `html`. */
const content = z.strictObject({
  subject: z.string().min(1).max(998),
  html: z.string().max(512_000).optional(),
  text: z.string().max(512_000).optional(),
});

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
};
