import { z } from "zod";

// What Slack refuses of a message, as far as it can be told from the request
// (https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/reference/block-kit/blocks).
const MAX_TEXT = 40_000;
const MAX_BLOCKS = 50;
const MAX_SECTION = 3_000;
const BLOCK_TYPES = new Set(
  "actions context context_actions divider file header image input markdown rich_text section table video".split(
    " ",
  ),
);

const block = z
  .looseObject({ type: z.string().refine((type) => BLOCK_TYPES.has(type)) })
  .refine(({ type, text, fields }) => type !== "section" || isText(text) || Array.isArray(fields));

export const slackMessage = z.object({
  text: z.string().optional(),
  blocks: z.array(z.json()).optional(),
});
export type SlackMessage = z.output<typeof slackMessage>;

/** The vendor's code for what is wrong with a message, or undefined. */
export function slackErrorIn({ text = "", blocks = [] }: SlackMessage): string | undefined {
  if (text === "" && blocks.length === 0) return "no_text";
  if (text.length > MAX_TEXT) return "msg_too_long";
  const known = blocks.length <= MAX_BLOCKS && z.array(block).safeParse(blocks).success;
  return known ? undefined : "invalid_blocks";
}

function isText(value: unknown): boolean {
  const text = z.object({ type: z.enum(["mrkdwn", "plain_text"]), text: z.string().min(1) });
  const parsed = text.safeParse(value);
  return parsed.success && parsed.data.text.length <= MAX_SECTION;
}

/** What the journal keeps of a message that was taken. */
export function slackEntry({ text = "", blocks }: SlackMessage) {
  return {
    subject: text.slice(0, 100),
    ...(blocks !== undefined && { args: { blocks: JSON.stringify(blocks) } }),
    content: () => ({ text, headers: [], attachments: [] }),
  };
}
