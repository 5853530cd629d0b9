/** Where JSON text goes wrong; lines and columns count from 1. */
export type JsonError = { line: number; column: number; problem: string };

// JSON strings may not hold control characters.
const TOKEN =
  // oxlint-disable-next-line no-control-regex
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** What may come next, as told to the reader. */
type Expected =
  | "a value"
  | "a value or `]`"
  | "a name or `}`"
  | "a name in quotes"
  | "`:`"
  | "`,` or the end"
  | "the end";

/**
 * The first place where `text`, which JSON.parse has refused, stops being JSON. The engine's own message often
 * lacks the position.
 */
export function findJsonError(text: string): JsonError {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "a value";
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const next: Expected | null = token === undefined ? null : advance(expected, token, open);
    if (token === undefined || next === null) return describe(text, at, expected);
    expected = next;
    at += token.length;
  }
}

/** What may follow `token`, or null when it was not expected. */
function advance(expected: Expected, token: string, open: ("{" | "[")[]): Expected | null {
  const isString = token.startsWith('"');
  switch (expected) {
    case "a name or `}`":
    case "a name in quotes":
      if (isString) return "`:`";
      return token === "}" && expected === "a name or `}`" ? closed(open) : null;
    case "`:`":
      return token === ":" ? "a value" : null;
    case "`,` or the end":
      if (token === ",") return open.at(-1) === "{" ? "a name in quotes" : "a value";
      return token === (open.at(-1) === "{" ? "}" : "]") ? closed(open) : null;
    case "the end":
      return null;
    default:
      return value(expected, token, open);
  }
}

function value(expected: Expected, token: string, open: ("{" | "[")[]): Expected | null {
  if (token === "]" && expected === "a value or `]`") return closed(open);
  if ("}],:".includes(token)) return null;
  if (token !== "{" && token !== "[") return open.length > 0 ? "`,` or the end" : "the end";
  open.push(token);
  return token === "{" ? "a name or `}`" : "a value or `]`";
}

function closed(open: ("{" | "[")[]): Expected {
  open.pop();
  return open.length > 0 ? "`,` or the end" : "the end";
}

function describe(text: string, at: number, expected: Expected): JsonError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  const found = at >= text.length ? "the body ends" : `found ${JSON.stringify(text.charAt(at))}`;
  return { line, column, problem: `${found} where ${expected} was expected` };
}
