import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";
import { headed } from "./headed.ts";

const MAX_TITLE = 500;

/** What an in-app item shows. */
const content = z.strictObject({
  title: z.string().min(1).max(MAX_TITLE),
  body: z.string().max(16_000).optional(),
});

export const inapp: ChannelDefinition = {
  name: "inapp",
  content,
  // Every recipient with an id has an inbox; there is no address to look up.
  address: (recipient) => recipient.id ?? null,
  contentOf: ({ title, subject, body, text }) => {
    return headed(title ?? subject, body ?? text, MAX_TITLE);
  },
  emptyContentHint: "inapp needs `title` or `body`",
};
