import { z } from "zod";
import { escapeEntities } from "../escape-entities.ts";
import type { ChannelDefinition } from "./definition.ts";
import { telegramText } from "./telegram-text.ts";

// https://core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing.
const MAX_CHARACTERS = 4_096;

/** What a Telegram message holds, in its HTML. The length is for a template's source. */
const content = z.strictObject({ text: z.string().min(1).max(64_000) });

export const telegram: ChannelDefinition = {
  name: "telegram",
  content,
  address: (recipient) => recipient.telegram ?? null,
  contentOf: ({ text, body }) => {
    const words = text ?? body;
    return words === undefined ? null : { text: escapeEntities(words) };
  },
  emptyContentHint: "telegram needs `text` or `body`",
  check: ({ text = "" }) =>
    telegramText(text).trim() === ""
      ? [{ code: "custom", path: ["text"], message: "holds no text", input: text }]
      : [],
  usage: ({ text = "" }) => [
    { unit: "characters", used: Array.from(telegramText(text)).length, limit: MAX_CHARACTERS },
  ],
};
