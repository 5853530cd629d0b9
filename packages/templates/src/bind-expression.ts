import { type BindState, nested, refuse, use } from "./bind-state.ts";
import { HELPERS } from "./helper-table.ts";
import {
  type Call,
  type Expression,
  type Location,
  type PathExpression,
  callNode,
  numberNode,
} from "./template-ast.ts";
import { type VariablePath, pathText, resolvePath } from "./variable-path.ts";

/** Longest path; the code for each name is nested in that for the next. */
const MAX_PARTS = 64;

type Located<T> = T & { loc?: Location | undefined };

/**
 * Binds an expression. A strict one is wrapped so that a missing value ends the render and names its path;
 * a lenient one may come out undefined.
 */
export function bindExpression(
  state: BindState,
  expression: Expression,
  lenient: boolean,
): Expression {
  if (expression.type === "SubExpression") return bindCall(state, expression, lenient);
  if (expression.type !== "PathExpression") return expression;
  const path = pathOf(state, expression);
  if (lenient) return expression;
  return callNode(use(state, "__need"), [expression, pathNumber(state, path)]);
}

/** Binds `helper arg… option=…`, whether it stands in braces or in parentheses. */
export function bindCall(state: BindState, call: Located<Call>, lenient: boolean): Expression {
  const name = call.path.type === "PathExpression" ? call.path.original : "";
  const helper = Object.hasOwn(HELPERS, name) ? HELPERS[name] : undefined;
  if (helper === undefined) {
    refuse(state, call, `unknown helper \`${name}\`; there are ${Object.keys(HELPERS).join(", ")}`);
    return numberNode(0);
  }
  const [min, max] = helper.args;
  if (call.params.length < min || call.params.length > max) {
    refuse(state, call, `\`${name}\` is written \`${helper.signature}\``);
  }
  for (const { key } of call.hash?.pairs ?? []) {
    if (!helper.options?.includes(key)) refuse(state, call, `\`${name}\` has no option ${key}`);
  }
  const bound = nested(state, call, () => {
    const params = call.params.map((param, index) =>
      bindExpression(
        state,
        param,
        lenient || helper.lenient === "all" || (helper.lenient === "first" && index === 0),
      ),
    );
    return callNode(use(state, name), params, bindHash(state, call.hash));
  });
  return bound ?? numberNode(0);
}

/** Options and partial variables are strict: what is passed must be there. */
export function bindHash(state: BindState, hash: Call["hash"]): Call["hash"] {
  if (hash === undefined) return undefined;
  return {
    ...hash,
    pairs: hash.pairs.map((pair) => ({ ...pair, value: bindExpression(state, pair.value, false) })),
  };
}

/** The path an expression reads, noting a problem when it cannot exist. */
export function pathOf(state: BindState, expression: PathExpression): VariablePath {
  if (expression.parts.length > MAX_PARTS) {
    refuse(state, expression, `a path of more than ${MAX_PARTS} names`);
    return [];
  }
  const path = resolvePath(expression, state.scopes);
  const needsEach =
    typeof path?.[0] === "string" && path[0].startsWith("@") && state.eachDepth === 0;
  if (path !== null && !needsEach) return path;
  refuse(state, expression, `\`${expression.original}\` does not exist here`);
  return [];
}

/** Where the value of any expression comes from; one that computes is shown as it was written. */
export function originOf(state: BindState, expression: Expression): VariablePath {
  if (expression.type === "PathExpression") return resolvePath(expression, state.scopes) ?? [];
  if (expression.type === "SubExpression") return [callText(expression)];
  return ["value" in expression ? String(expression.value) : "null"];
}

/** A number for the path; the value is required from then on. */
export function pathNumber(state: BindState, path: VariablePath): Expression {
  const first = path[0];
  if (typeof first === "string" && !first.startsWith("@") && !first.startsWith("(")) {
    state.requiredPaths.add(pathText(path));
  }
  state.paths.push(path);
  return numberNode(state.paths.length - 1);
}

export function callText(call: Call): string {
  const name = call.path.type === "PathExpression" ? call.path.original : "?";
  const args = call.params.map((param) => ("original" in param ? String(param.original) : "(…)"));
  return `(${[name, ...args].join(" ")})`;
}
