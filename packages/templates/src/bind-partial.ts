import { bindExpression, bindHash, originOf, pathNumber } from "./bind-expression.ts";
import { type BindState, type ParsedSource, nested, refuse, use } from "./bind-state.ts";
import {
  type Partial,
  type Program,
  type Statement,
  blockNode,
  nameNode,
  numberNode,
} from "./template-ast.ts";
import type { Scope } from "./variable-path.ts";

type BindProgram = (state: BindState, program: Program) => Program;

/** Binds `{{> name value? label=…}}` by putting the partial in its place. */
export function bindPartial(
  state: BindState,
  partial: Partial,
  bindProgram: BindProgram,
): Statement[] {
  if (partial.name.type === "SubExpression" || !("original" in partial.name)) {
    refuse(state, partial, "a partial is named, not computed");
    return [];
  }
  const name = String(partial.name.original);
  const found = state.findPartial(name);
  if (typeof found === "string") {
    refuse(state, partial, found);
    return [];
  }
  if (state.expanding.includes(name)) {
    refuse(state, partial, `partial \`${name}\` includes itself`);
    return [];
  }
  if (partial.params.length > 1) {
    refuse(state, partial, "a partial takes at most one value; pass more as label=…");
    return [];
  }
  return nested(state, partial, () => expand(state, { partial, name, found }, bindProgram)) ?? [];
}

type Expansion = { partial: Partial; name: string; found: ParsedSource };

function expand(
  state: BindState,
  { partial, name, found }: Expansion,
  bindProgram: BindProgram,
): Statement[] {
  const [param] = partial.params;
  const context = param ?? { ...nameNode("this"), parts: [] };
  const ownContext = param !== undefined || partial.hash !== undefined;
  const origin = originOf(state, context);
  const names = new Map(
    (partial.hash?.pairs ?? []).map((pair) => [pair.key, originOf(state, pair.value)]),
  );
  const value = bindExpression(state, context, true);
  const hash = bindHash(state, partial.hash);
  const number = param === undefined ? numberNode(-1) : pathNumber(state, origin);
  const program = inPartial(
    state,
    { name, found, scope: ownContext ? { path: origin, names } : undefined },
    bindProgram,
  );
  if (!ownContext) return program.body;
  return [
    blockNode(use(state, "__partial"), {
      params: [value, number],
      hash,
      program: { ...program, blockParams: undefined },
      inverse: undefined,
    }),
  ];
}

type Inside = { name: string; found: ParsedSource; scope: Scope | undefined };

function inPartial(
  state: BindState,
  { name, found, scope }: Inside,
  bindProgram: BindProgram,
): Program {
  const { pointer, body } = state;
  state.pointer = found.pointer;
  state.body = undefined;
  state.expanding.push(name);
  if (scope !== undefined) state.scopes.push(scope);
  const program = bindProgram(state, found.program);
  if (scope !== undefined) state.scopes.pop();
  state.expanding.pop();
  state.pointer = pointer;
  state.body = body;
  return program;
}
