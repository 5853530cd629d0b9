import type { FieldFormat } from "./field-format.ts";
import type { Location, Program } from "./template-ast.ts";
import type { TemplateProblem } from "./template-types.ts";
import type { Scope, VariablePath } from "./variable-path.ts";

/** A parsed source and where in the definition it stands. */
export type ParsedSource = { program: Program; pointer: string };

/** Finds a partial by name; a string is the reason why there is none. */
export type FindPartial = (name: string) => ParsedSource | string;

/** What is known and gathered while one field is bound. */
export type BindState = {
  format: FieldFormat;
  findPartial: FindPartial;
  /** What stands where a layout says `{{{body}}}`; undefined outside of layouts. */
  body: ParsedSource | undefined;
  /** The source being bound. */
  pointer: string;
  scopes: Scope[];
  eachDepth: number;
  /** Names of the partials being expanded, to refuse recursion. */
  expanding: string[];
  nesting: number;
  nodes: number;
  /** Characters of literal text so far. */
  literal: number;
  bodyUsed: boolean;
  /** Every path that can be missing, by the number the code refers to it. */
  paths: VariablePath[];
  requiredPaths: Set<string>;
  operationsUsed: Set<string>;
  problems: TemplateProblem[];
};

export function createBindState(
  given: Pick<BindState, "format" | "findPartial" | "body" | "pointer">,
): BindState {
  return {
    ...given,
    scopes: [{ path: [], names: new Map() }],
    eachDepth: 0,
    expanding: [],
    nesting: 0,
    nodes: 0,
    literal: 0,
    bodyUsed: false,
    paths: [],
    requiredPaths: new Set(),
    operationsUsed: new Set(),
    problems: [],
  };
}

/** Notes a problem at a node of the current source. */
export function refuse(
  state: BindState,
  node: { loc?: Location | undefined },
  detail: string,
): void {
  const start = node.loc?.start;
  const place = start === undefined ? {} : { line: start.line, column: start.column + 1 };
  state.problems.push({ pointer: state.pointer, ...place, detail: detail.slice(0, 300) });
}

/** Notes that the bound program calls an operation or helper. */
export function use(state: BindState, name: string): string {
  state.operationsUsed.add(name);
  return name;
}

/** Runs `bind` one level deeper; nothing is bound below the deepest level allowed. */
export function nested<T>(
  state: BindState,
  node: { loc?: Location | undefined },
  bind: () => T,
): T | undefined {
  if (state.nesting >= MAX_NESTING) {
    refuse(state, node, `nested more than ${MAX_NESTING} levels deep`);
    return undefined;
  }
  state.nesting++;
  const result = bind();
  state.nesting--;
  return result;
}

const MAX_NESTING = 40;
