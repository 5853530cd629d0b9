import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";

/** Meta's limit of a text message, in UTF-16 units, since Meta does not say which. */
const MAX_TEXT = 4_096;

/**
 * What a WhatsApp message holds: `text`, which Meta takes only within 24 hours of the recipient's last message; or
 * the name of a template approved by Meta, its language, and its body's values as a JSON array of strings.
 */
const content = z
  .strictObject({
    text: z.string().min(1).max(16_000).optional(),
    template: z
      .string()
      .regex(/^[a-z0-9_]{1,512}$/, "is not a template's name: lower-case letters, digits and _")
      .optional(),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(_[A-Z]{2,3})?$/, "is not a language of WhatsApp such as en or pt_BR")
      .optional(),
    parameters: z.string().max(64_000).optional(),
  })
  .refine(({ text, template }) => (text === undefined) !== (template === undefined), {
    error: "needs either `text` or `template`",
  })
  .refine(
    ({ text, language, parameters }) =>
      text === undefined ? language !== undefined : (language ?? parameters) === undefined,
    { error: "`language` and `parameters` go with `template`, which needs `language`" },
  );

export const whatsapp: ChannelDefinition = {
  name: "whatsapp",
  answerable: true,
  content,
  address: (recipient) => recipient.whatsapp ?? null,
  contentOf: ({ text, body }) => {
    const words = text ?? body;
    return words === undefined ? null : { text: words };
  },
  emptyContentHint: "whatsapp needs `text` or `body`",
  usage: ({ text }) =>
    text === undefined ? [] : [{ unit: "characters", used: text.length, limit: MAX_TEXT }],
};
