import { z } from "zod";
import { escapeEntities } from "../escape-entities.ts";
import type { ChannelDefinition } from "./definition.ts";
import { checkSlackBlocks, countSlackBlocks } from "./slack-blocks.ts";

// https://docs.slack.dev/reference/methods/chat.postMessage: Slack cuts longer texts off.
const MAX_CHARACTERS = 40_000;
const MAX_BLOCKS = 50;

/**
 * What a Slack message holds: `text` in mrkdwn, and Block Kit's `blocks` as a JSON array, beside which `text` is what
 * notifications show. Lengths are for a template's source; what is rendered is held to Slack's own limits.
 */
const content = z.strictObject({
  text: z.string().min(1).max(64_000),
  blocks: z.string().min(1).max(256_000).optional(),
});

export const slack: ChannelDefinition = {
  name: "slack",
  content,
  address: (recipient) => recipient.slack ?? null,
  contentOf: ({ text, body }) => {
    const words = text ?? body;
    return words === undefined ? null : { text: escapeEntities(words) };
  },
  emptyContentHint: "slack needs `text` or `body`",
  check: ({ blocks }) => (blocks === undefined ? [] : checkSlackBlocks(blocks)),
  usage: ({ text = "", blocks }) => [
    { unit: "characters", used: text.length, limit: MAX_CHARACTERS },
    ...(blocks === undefined
      ? []
      : [{ unit: "blocks", used: countSlackBlocks(blocks), limit: MAX_BLOCKS }]),
  ],
};
