// https://core.telegram.org/bots/api#html-style: all numeric entities and these named ones; others stay as they are.
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/** The text people see of a message in Telegram's HTML, which is what Telegram counts. */
export function telegramText(html: string): string {
  return html
    .replace(/<[^<>]*>/g, "")
    .replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot));/gi,
      (entity, decimal, hex, name) => {
        if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? entity;
        const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
        return code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
      },
    );
}
