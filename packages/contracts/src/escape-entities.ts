/** Text as Slack's mrkdwn and Telegram's HTML show it literally: `&`, `<` and `>` as entities. */
export function escapeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
