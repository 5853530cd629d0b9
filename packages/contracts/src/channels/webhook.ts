import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";

/** What is POSTed: one JSON document, kept within what receivers of webhooks take. */
const content = z.strictObject({ payload: z.string().min(1).max(256_000) });

export const webhook: ChannelDefinition = {
  name: "webhook",
  content,
  address: (recipient) => recipient.webhook ?? null,
  contentOf: ({ payload, ...words }) => {
    if (payload !== undefined) return { payload };
    const { html: _, ...plain } = words;
    return Object.keys(plain).length === 0 ? null : { payload: JSON.stringify(plain) };
  },
  emptyContentHint: "webhook needs `payload` (JSON text), or `title`, `subject`, `text` or `body`",
  // What is sent is JSON, whatever a template made of it.
  check: ({ payload = "" }) => {
    try {
      JSON.parse(payload);
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [
        { code: "custom", path: ["payload"], message: `is not JSON: ${reason}`, input: payload },
      ];
    }
  },
};
