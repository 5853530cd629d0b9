import { z } from "zod";
import type { AttachmentInfo, ChannelContent, ChannelDefinition } from "./definition.ts";
import { checkWhatsappParameters } from "./whatsapp-parameters.ts";

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

/** What Meta takes as an image, and up to how many bytes; and as a document. */
const IMAGES = /^image\/(jpeg|png)$/;
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const DOCUMENTS =
  /^(text\/plain|application\/(pdf|msword|vnd\.ms-(excel|powerpoint)|vnd\.openxmlformats-officedocument\.(wordprocessingml\.document|spreadsheetml\.sheet|presentationml\.presentation)))$/;
/** Meta's limit of the text below an image or document. */
const MAX_CAPTION = 1_024;

/** Whether a file goes as an image or as a document; null when Meta takes it as neither. */
export function whatsappMediaKind(contentType: string): "image" | "document" | null {
  if (IMAGES.test(contentType)) return "image";
  return DOCUMENTS.test(contentType) ? "document" : null;
}

/** One message has one file: below it the text, or above a template's body, where documents are PDFs. */
function refuseAttachments(
  [first, ...others]: readonly AttachmentInfo[],
  rendered: ChannelContent = {},
): string | null {
  if (first === undefined) return null;
  if (others.length > 0) return "a message carries one attachment";
  const { contentType, size } = first;
  const kind = whatsappMediaKind(contentType);
  if (kind === null) return `Meta does not take ${contentType}`;
  if (kind === "image" && size > MAX_IMAGE_BYTES)
    return `the image has ${size} bytes, Meta takes ${MAX_IMAGE_BYTES}`;
  const { text = "", template } = rendered;
  if (text.length > MAX_CAPTION)
    return `with an attachment the text may have ${MAX_CAPTION} characters, it has ${text.length}`;
  return template !== undefined && kind === "document" && contentType !== "application/pdf"
    ? "the document of a template is a PDF"
    : null;
}

export const whatsapp: ChannelDefinition = {
  name: "whatsapp",
  answerable: true,
  paid: true,
  content,
  address: (recipient) => recipient.whatsapp ?? null,
  contentOf: ({ text, body }) => {
    const words = text ?? body;
    return words === undefined ? null : { text: words };
  },
  emptyContentHint: "whatsapp needs `text` or `body`",
  refuseAttachments,
  check: ({ parameters }) => checkWhatsappParameters(parameters),
  usage: ({ text }) =>
    text === undefined ? [] : [{ unit: "characters", used: text.length, limit: MAX_TEXT }],
};
