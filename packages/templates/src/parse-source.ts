import Handlebars from "handlebars";
import type { Program } from "./template-ast.ts";
import type { TemplateProblem } from "./template-types.ts";

/** Longest source of one field or partial, in characters. */
export const MAX_SOURCE = 262_144;
/** Most tags in one source: code for some 2,000 takes a quarter of a second to make at first use. */
const MAX_TAGS = 2_000;
/** Deepest nesting of blocks, and of parentheses in a tag. */
const MAX_DEPTH = 40;

/** Parses one Handlebars source; anything a tenant may write gives a tree or a problem, never a throw. */
export function parseSource(
  source: string,
  pointer: string,
): { program: Program } | { problem: TemplateProblem } {
  if (source.length > MAX_SOURCE) {
    return {
      problem: {
        pointer,
        detail: `${source.length} characters; at most ${MAX_SOURCE} are allowed`,
      },
    };
  }
  const tooMuch = excess(source);
  if (tooMuch !== null) return { problem: { pointer, detail: tooMuch } };
  try {
    // Handlebars types a statement only as a node with a type; the tree is the one its documentation describes.
    return { program: Handlebars.parse(source) as unknown as Program };
  } catch (error) {
    return { problem: syntaxProblem(pointer, error) };
  }
}

/**
 * Refuses before parsing what the parser would spend minutes on: its time grows with the square of the nesting.
 * Reads roughly: text after a tag counts as the tag's, for a quoted `}}` does not end it.
 */
function excess(source: string): string | null {
  const [, ...tags] = source.split("{{");
  if (tags.length > MAX_TAGS) return `more than ${MAX_TAGS} tags`;
  let blocks = 0;
  for (const tag of tags) {
    if (/^~?[#^]/.test(tag)) blocks++;
    else if (/^~?\//.test(tag)) blocks--;
    if (blocks > MAX_DEPTH) return `blocks are nested more than ${MAX_DEPTH} levels deep`;
    let open = 0;
    for (const [parenthesis] of tag.matchAll(/[()]/g)) {
      open = parenthesis === "(" ? open + 1 : Math.max(0, open - 1);
      if (open > MAX_DEPTH) return `more than ${MAX_DEPTH} parentheses are open at once`;
    }
  }
  return null;
}

/** Handlebars says the place either in the error's fields or, for its grammar, in the first lines of the message. */
function syntaxProblem(pointer: string, error: unknown): TemplateProblem {
  if (error instanceof RangeError) return { pointer, detail: "blocks are nested too deeply" };
  const message = error instanceof Error ? error.message : String(error);
  const place: { line?: number; column?: number } = {};
  if (error instanceof Handlebars.Exception && typeof error.lineNumber === "number") {
    place.line = error.lineNumber;
    if (typeof error.column === "number") place.column = error.column + 1;
    return { pointer, ...place, detail: message.replace(/ - \d+:\d+$/, "") };
  }
  const grammar =
    /^(?:Parse|Lexical) error on line (\d+)[^\n]*\n([^\n]*)\n[^\n]*(?:\n.*got '([^']*)')?/s.exec(
      message,
    );
  if (grammar === null) return { pointer, detail: `syntax error: ${message}` };
  const [, line, near, got] = grammar;
  const reason = UNEXPECTED[got ?? ""] ?? "this is not expected here";
  return { pointer, line: Number(line), detail: `syntax error near \`${near}\`: ${reason}` };
}

/** What the grammar's token names mean to an author. */
const UNEXPECTED: Readonly<Record<string, string>> = {
  EOF: "a block or tag is not closed before the end",
  INVALID: "the braces are not closed, or hold a character they cannot",
  INVERSE: "{{else}} stands outside of a block",
  OPEN_INVERSE_CHAIN: "{{else}} stands outside of a block",
  OPEN_ENDBLOCK: "this closes no block",
  CLOSE: "the braces are empty or end too early",
};
