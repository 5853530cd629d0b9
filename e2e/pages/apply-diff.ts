import { readFileSync, writeFileSync } from "node:fs";

/**
 * Changes a file as a `diff` block of a page shows it: lines after `-` go, lines after `+` come, the others stand in
 * the file; an empty line begins another place. Throws when what should be there is not, or is there twice.
 */
export function applyDiff(file: string, diff: string, where: string): void {
  let text = readFileSync(file, "utf8");
  for (const place of diff.trimEnd().split("\n\n")) {
    const lines = place.split("\n").map((line) => ({ sign: line[0], rest: line.slice(1) }));
    const before = textOf(lines.filter(({ sign }) => sign !== "+"));
    const after = textOf(lines.filter(({ sign }) => sign !== "-"));
    const found = text.split(before).length - 1;
    if (found !== 1) throw new Error(`${where}: ${file} holds this ${found} times:\n${before}`);
    text = text.replace(before, () => after);
  }
  writeFileSync(file, text);
}

const textOf = (lines: readonly { rest: string }[]) =>
  lines.map(({ rest }) => `${rest}\n`).join("");
