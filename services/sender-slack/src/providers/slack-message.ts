type Content = Readonly<Record<string, string>>;

/** A message's text and blocks as both of Slack's APIs take them. `blocks` was checked to be JSON. */
export function slackMessage({ text, blocks }: Content): { text?: string; blocks?: unknown } {
  return { text, ...(blocks !== undefined && { blocks: JSON.parse(blocks) as unknown }) };
}
