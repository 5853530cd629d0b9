import { compile } from "html-to-text";

const convert = compile({
  wordwrap: false,
  limits: { maxDepth: 200 },
  selectors: [
    { selector: "img", format: "skip" },
    { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...["td", "th"].map((selector) => ({
      selector,
      format: "inlineSurround",
      options: { suffix: " " },
    })),
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
  ],
});

/** Converts HTML to text: link targets in brackets, a line for each table row, no images, lines as long as they are. */
export function htmlToText(html: string): string {
  return convert(html).replace(/ +$/gm, "");
}

const TAG = /\{\{!--[\s\S]*?--\}\}|\{\{\{?(?!\{)(?:"[^"]*"|'[^']*'|[^"'{}])*\}\}\}?/g;
const BLOCK = /^\{\{~?\s*(?:[#/^]|else\b)/;

/**
 * The Handlebars source of the text part, derived from that of the HTML once, so that a render need not convert
 * (some 30-100 µs a mail): tags stand as words while the markup goes. Null where that is not safe, for example a block
 * that begins inside an attribute or raw HTML from a value; such mails convert what they rendered.
 */
export function deriveTextSource(html: string): string | null {
  if (/[\uE000\uE001]|\\\{\{/.test(html)) return null;
  const tags: string[] = [];
  const marked = html.replace(TAG, (tag) => {
    if (tag.startsWith("{{!")) return "";
    const known = BLOCK.test(tag) ? -1 : tags.indexOf(tag);
    return marker(known === -1 ? tags.push(tag) - 1 : known);
  });
  if (marked.includes("{{") || tags.some(isRaw)) return null;
  const text = htmlToText(marked);
  if (text.includes("{{") || text.includes("\\\uE000") || !keepsBlocks(text, tags)) return null;
  return text.replace(/\uE000(\d+)\uE001/g, (_marker, index: string) => tags[Number(index)] ?? "");
}

function marker(index: number): string {
  return `\uE000${index}\uE001`;
}

function isRaw(tag: string): boolean {
  return /^\{\{~?[{&]/.test(tag);
}

/** Every block tag once and in order, or the text would open what it does not close. */
function keepsBlocks(text: string, tags: readonly string[]): boolean {
  const kept = [...text.matchAll(/\uE000(\d+)\uE001/g)].map((match) => Number(match[1]));
  const blocks = tags.flatMap((tag, index) => (BLOCK.test(tag) ? [index] : []));
  const keptBlocks = kept.filter((index) => BLOCK.test(tags[index] ?? ""));
  return (
    keptBlocks.length === blocks.length && keptBlocks.every((index, at) => index === blocks[at])
  );
}
