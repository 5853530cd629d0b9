// What https://core.telegram.org/bots/api#html-style allows, refused in the words of Telegram's own server.
const TAGS = new Set(
  "b strong i em u ins s strike del span tg-spoiler a tg-emoji code pre blockquote".split(" "),
);
const PART =
  /<(\/?)([a-z][a-z-]*)?((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))?)*)\s*>|&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot));|</gi;
const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/** The text of a message in Telegram's HTML, or what is wrong with it. */
export function parseTelegramHtml(html: string): { text: string } | { error: string } {
  const open: string[] = [];
  let text = "";
  let end = 0;
  for (const match of html.matchAll(PART)) {
    text += html.slice(end, match.index);
    end = match.index + match[0].length;
    const at = `at byte offset ${Buffer.byteLength(html.slice(0, match.index))}`;
    const [whole, slash, name = "", , decimal, hex, entity] = match;
    if (whole.startsWith("&")) {
      const code = Number.parseInt(decimal ?? hex ?? "0", hex === undefined ? 10 : 16);
      text += NAMED[entity?.toLowerCase() ?? ""] ?? String.fromCodePoint(Math.min(code, 0x10_ffff));
      continue;
    }
    const tag = name.toLowerCase();
    if (slash === undefined) return { error: `Can't find end of the tag ${at}` };
    if (slash === "") {
      if (!TAGS.has(tag)) return { error: `Unsupported start tag "${tag}" ${at}` };
      open.push(tag);
      continue;
    }
    const expected = open.pop();
    if (expected === undefined) return { error: `Unexpected end tag ${at}` };
    if (tag !== "" && tag !== expected)
      return { error: `Unmatched end tag ${at}, expected "</${expected}>", found "</${tag}>"` };
  }
  const left = open.pop();
  if (left !== undefined)
    return { error: `Can't find end tag corresponding to start tag "${left}"` };
  return { text: text + html.slice(end) };
}
