import { bindBlock } from "./bind-block.ts";
import { bindCall, callText, pathNumber, pathOf } from "./bind-expression.ts";
import { bindPartial } from "./bind-partial.ts";
import { type BindState, refuse, use } from "./bind-state.ts";
import { type Mustache, type Program, type Statement, mustacheNode } from "./template-ast.ts";

/** Most statements and characters of text of one field after layout and partials were put in. */
const MAX_STATEMENTS = 5_000;
const MAX_LITERAL = 1_048_576;

/**
 * Rewrites a parsed program into one that only calls our own operations: every output escapes for its field and
 * refuses missing values with their path, every block counts against the render's budget, layout and partials are put
 * in place. What the rewrite does not know it refuses, so nothing else of Handlebars is reachable from a template.
 */
export function bindProgram(state: BindState, program: Program): Program {
  return { ...program, body: program.body.flatMap((statement) => bindStatement(state, statement)) };
}

function bindStatement(state: BindState, statement: Statement): Statement[] {
  if (state.nodes++ === MAX_STATEMENTS)
    refuse(state, statement, `more than ${MAX_STATEMENTS} parts with its partials`);
  if (state.nodes > MAX_STATEMENTS) return [];
  switch (statement.type) {
    case "ContentStatement":
      state.literal += statement.value.length;
      if (state.literal > MAX_LITERAL) {
        refuse(state, statement, `more than ${MAX_LITERAL} characters with its partials`);
        return [];
      }
      if (!state.format.singleLine) return [statement];
      return [{ ...statement, value: statement.value.replace(/\s+/g, " ") }];
    case "CommentStatement":
      return [];
    case "MustacheStatement":
      return bindMustache(state, statement);
    case "BlockStatement":
      return bindBlock(state, statement, bindProgram);
    case "PartialStatement":
      return bindPartial(state, statement, bindProgram);
    default:
      refuse(
        state,
        statement,
        "partial blocks and decorators are not supported; use `layout` and {{> name}}",
      );
      return [];
  }
}

function bindMustache(state: BindState, mustache: Mustache): Statement[] {
  if (isBody(mustache)) {
    if (state.body !== undefined) return bindBody(state, mustache);
  } else if (!mustache.escaped && state.format.name !== "html") {
    refuse(state, mustache, "{{{ }}} is only allowed in html; other fields escape every value");
    return [];
  }
  const output = mustache.escaped || state.format.name !== "html" ? "__out" : "__raw";
  if (mustache.path.type !== "PathExpression") {
    refuse(state, mustache, "a literal needs no braces");
    return [];
  }
  const isCall = mustache.params.length > 0 || mustache.hash !== undefined;
  if (isCall) {
    return [
      mustacheNode(use(state, output), [
        bindCall(state, mustache, false),
        pathNumber(state, [callText(mustache)]),
      ]),
    ];
  }
  return [
    mustacheNode(use(state, output), [
      mustache.path,
      pathNumber(state, pathOf(state, mustache.path)),
    ]),
  ];
}

function isBody(mustache: Mustache): boolean {
  return (
    !mustache.escaped &&
    mustache.path.type === "PathExpression" &&
    mustache.path.original === "body" &&
    mustache.params.length === 0
  );
}

/** Puts the template's own field in the layout's `{{{body}}}`, where it must see the same variables as without one. */
function bindBody(state: BindState, mustache: Mustache): Statement[] {
  const { body, pointer } = state;
  if (body === undefined) return [];
  if (state.scopes.length > 1 || state.bodyUsed) {
    refuse(state, mustache, "{{{body}}} must stand once, outside of #each, #with and partials");
    return [];
  }
  state.bodyUsed = true;
  state.body = undefined;
  state.pointer = body.pointer;
  const bound = bindProgram(state, body.program).body;
  state.pointer = pointer;
  state.body = body;
  return bound;
}
