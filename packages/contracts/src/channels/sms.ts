import { z } from "zod";
import { countSegments } from "../count-segments.ts";
import type { ChannelDefinition } from "./definition.ts";

/** Segments one text message may have; Twilio takes no more than 1,600 characters, which is ten segments. */
const MAX_SEGMENTS = 10;

/** What a text message holds. The length is for a template's source; what is rendered is held to its segments. */
const content = z.strictObject({ text: z.string().min(1).max(16_000) });

export const sms: ChannelDefinition = {
  name: "sms",
  answerable: true,
  paid: true,
  content,
  address: (recipient) => recipient.phone ?? null,
  contentOf: ({ text, body }) => {
    const words = text ?? body;
    return words === undefined ? null : { text: words };
  },
  emptyContentHint: "sms needs `text` or `body`",
  usage: ({ text = "" }) => {
    const { encoding, segments } = countSegments(text);
    return [{ unit: `${encoding} segments`, used: segments, limit: MAX_SEGMENTS }];
  },
};
