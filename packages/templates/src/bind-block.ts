import { bindExpression, originOf, pathNumber } from "./bind-expression.ts";
import { type BindState, nested, refuse, use } from "./bind-state.ts";
import {
  type Block,
  type Expression,
  type Program,
  type Statement,
  blockNode,
  numberNode,
} from "./template-ast.ts";
import type { Scope, VariablePath } from "./variable-path.ts";

type BindProgram = (state: BindState, program: Program) => Program;

/** Binds `#if`, `#unless`, `#each` and `#with`; there are no other blocks. */
export function bindBlock(state: BindState, block: Block, bindProgram: BindProgram): Statement[] {
  const name = block.path.type === "PathExpression" ? block.path.original : "";
  const [param, ...more] = block.params;
  if (name !== "if" && name !== "unless" && name !== "each" && name !== "with") {
    refuse(state, block, `unknown block \`#${name}\`; there are #if, #unless, #each and #with`);
    return [];
  }
  if (param === undefined || more.length > 0 || block.hash !== undefined) {
    refuse(state, block, `\`#${name}\` takes exactly one value`);
    return [];
  }
  const bound = nested(state, block, () =>
    name === "if" || name === "unless"
      ? bindCondition(state, name, block, bindProgram)
      : bindScoped(state, { name, block, param }, bindProgram),
  );
  return bound === undefined ? [] : [bound];
}

function bindCondition(
  state: BindState,
  name: "if" | "unless",
  block: Block,
  bindProgram: BindProgram,
): Statement {
  return blockNode(use(state, `__${name}`), {
    params: block.params.map((param) => bindExpression(state, param, true)),
    hash: undefined,
    program: block.program && bindProgram(state, block.program),
    inverse: block.inverse && bindProgram(state, block.inverse),
  });
}

const MAY_MISS: Block["hash"] = {
  type: "Hash",
  pairs: [
    {
      type: "HashPair",
      key: "mayMiss",
      value: { type: "BooleanLiteral", value: true, original: true },
    },
  ],
};

type Scoped = { name: "each" | "with"; block: Block; param: Expression };

/** A list or object that is missing is an error, unless the block says in `{{else}}` what to do without it. */
function bindScoped(
  state: BindState,
  { name, block, param }: Scoped,
  bindProgram: BindProgram,
): Statement {
  const origin = originOf(state, param);
  const list = bindExpression(state, param, true);
  const mayMiss = block.inverse !== undefined;
  const number = mayMiss ? optionalPath(state, origin) : pathNumber(state, origin);
  const inverse = block.inverse && bindProgram(state, block.inverse);
  if (name === "each") state.eachDepth++;
  const path = name === "each" ? [...origin, state.eachDepth] : origin;
  state.scopes.push(scopeOf(path, block.program?.blockParams ?? [], name));
  const program = block.program && bindProgram(state, block.program);
  state.scopes.pop();
  if (name === "each") state.eachDepth--;
  return blockNode(use(state, `__${name}`), {
    params: [list, number],
    hash: mayMiss ? MAY_MISS : undefined,
    program,
    inverse,
  });
}

/** A number for a path that need not be there. */
function optionalPath(state: BindState, path: VariablePath): Expression {
  state.paths.push(path);
  return numberNode(state.paths.length - 1);
}

function scopeOf(
  path: VariablePath,
  [value, key]: readonly string[],
  name: "each" | "with",
): Scope {
  const names = new Map<string, VariablePath>();
  if (value !== undefined) names.set(value, path);
  if (key !== undefined) names.set(key, [name === "each" ? "@key" : key]);
  return { path, names };
}
