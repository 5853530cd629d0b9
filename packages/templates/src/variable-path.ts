import type { PathExpression } from "./template-ast.ts";

/**
 * Where a value comes from, counted from the root of the variables. A number stands for a key only the render knows:
 * that of the n-th enclosing `#each`, from 1 outermost.
 */
export type VariablePath = readonly (string | number)[];

/** What `this` is inside a block that changes it, and the names the block introduces (`as |item index|`, `label=…`). */
export type Scope = { path: VariablePath; names: ReadonlyMap<string, VariablePath> };

const DATA_VARIABLES = new Set(["index", "key", "first", "last"]);

/** The path of an expression seen from inside `scopes` (outermost first); null for a variable that does not exist. */
export function resolvePath(
  expression: PathExpression,
  scopes: readonly Scope[],
): VariablePath | null {
  const { parts, depth } = expression;
  if (expression.data) return resolveDataVariable(parts);
  const named =
    depth === 0 && !isScoped(expression.original) ? namedPath(parts[0], scopes) : undefined;
  if (named !== undefined) return [...named, ...parts.slice(1)];
  const scope = scopes[scopes.length - 1 - depth];
  return scope === undefined ? null : [...scope.path, ...parts];
}

/** As people write it; the keys of unknown list entries are filled in, or shown as `*`. */
export function pathText(path: VariablePath, keys?: readonly (string | number)[]): string {
  return (
    path.map((part) => (typeof part === "number" ? (keys?.[part - 1] ?? "*") : part)).join(".") ||
    "this"
  );
}

function resolveDataVariable(parts: readonly string[]): VariablePath | null {
  const [name, ...rest] = parts;
  if (name === "root") return rest;
  return name !== undefined && DATA_VARIABLES.has(name) && rest.length === 0 ? [`@${name}`] : null;
}

function namedPath(name: string | undefined, scopes: readonly Scope[]): VariablePath | undefined {
  if (name === undefined) return undefined;
  return scopes.findLast((scope) => scope.names.has(name))?.names.get(name);
}

function isScoped(original: string): boolean {
  return /^(?:\.|this\b)/.test(original);
}
