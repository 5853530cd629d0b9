import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** A fenced block of a page. */
export type Block = {
  /** `README.md:21`, the line of the fence. */
  where: string;
  language: string;
  text: string;
  /** What the page shows as this block's output: a `json` or `text` block right after it. */
  output?: { language: string; text: string };
  /** The file of this repository that was named last before it: where its code is to be written. */
  path?: string;
};

const FILE = /`((?:packages|services)\/[\w/.-]+\.ts)`/g;

/** The pages people write; those made from the code have tests of their own. */
export function pageNames(): string[] {
  return globSync(["*.md", "{docs,examples}/**/*.md", "packages/*/README.md"], {
    cwd: ROOT,
  }).toSorted();
}

/** The fenced blocks of a page in order; an output block belongs to the one before it. */
export function readBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  const text = readFileSync(join(ROOT, page), "utf8");
  let end = -1;
  for (const found of text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    const [whole, language = "", body = ""] = found;
    const before = blocks.at(-1);
    const adjoins = end >= 0 && text.slice(end, found.index).trim() === "";
    end = found.index + whole.length;
    if (adjoins && before?.language === "sh" && ["json", "text"].includes(language)) {
      before.output = { language, text: body };
      continue;
    }
    const line = text.slice(0, found.index).split("\n").length;
    const path = [...text.slice(0, found.index).matchAll(FILE)].at(-1)?.[1];
    const at = path === undefined ? {} : { path };
    blocks.push({ where: `${page}:${line}`, language, text: body, ...at });
  }
  return blocks;
}

/** The commands of a shell block, one a line, without comments. */
export function commandsOf({ text }: Block): string[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .replaceAll(/\s+# .*$/gm, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
