import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";

/** What an in-app item shows. */
const content = z.strictObject({
  title: z.string().min(1).max(500),
  body: z.string().max(16_000).optional(),
});

export const inapp: ChannelDefinition = {
  name: "inapp",
  content,
  // Every recipient with an id has an inbox; there is no address to look up.
  address: (recipient) => recipient.id ?? null,
  contentOf: ({ title, subject, body, text }) => {
    const words = body ?? text;
    const heading = title ?? subject ?? words;
    if (heading === undefined) return null;
    const item: Record<string, string> = { title: heading.slice(0, 500) };
    if (words !== undefined && words !== heading) item["body"] = words;
    return item;
  },
  emptyContentHint: "inapp needs `title` or `body`",
};
