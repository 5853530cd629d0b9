import Handlebars from "handlebars";
import type { Program } from "./template-ast.ts";
import type { TemplateProblem } from "./template-types.ts";

/** Longest source of one field or partial, in characters. */
const MAX_SOURCE = 262_144;
/** Most tags in one source: parsing takes some 20 µs a tag. */
const MAX_TAGS = 5_000;

/** Parses one Handlebars source; anything a tenant may write gives a tree or a problem, never a throw. */
export function parseSource(source: string, pointer: string): { program: Program } | { problem: TemplateProblem } {
  if (source.length > MAX_SOURCE) {
    return { problem: { pointer, detail: `${source.length} characters; at most ${MAX_SOURCE} are allowed` } };
  }
  if (countTags(source) > MAX_TAGS) return { problem: { pointer, detail: `more than ${MAX_TAGS} tags` } };
  try {
    // Handlebars types a statement only as a node with a type; the tree is the one its documentation describes.
    return { program: Handlebars.parse(source) as unknown as Program };
  } catch (error) {
    return { problem: syntaxProblem(pointer, error) };
  }
}

function countTags(source: string): number {
  let count = 0;
  for (let at = source.indexOf("{{"); at !== -1; at = source.indexOf("{{", at + 2)) count++;
  return count;
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
  const grammar = /^(?:Parse|Lexical) error on line (\d+)[^\n]*\n([^\n]*)\n[^\n]*(?:\n.*got '([^']*)')?/s.exec(message);
  if (grammar === null) return { pointer, detail: `syntax error: ${message}` };
  const [, line, near, got] = grammar;
  const unexpected = got === undefined ? "" : got === "EOF" ? ": the end of the text came too early" : `: ${got} is not expected`;
  return { pointer, line: Number(line), detail: `syntax error near \`${near}\`${unexpected}` };
}
