import Handlebars from "handlebars";
import { bindProgram } from "./bind-template.ts";
import { type BindState, createBindState } from "./bind-state.ts";
import type { HelperEnv } from "./helper-formats.ts";
import { operationsFor } from "./render-operations.ts";
import { checkLength, createRun } from "./render-run.ts";
import type { Program } from "./template-ast.ts";
import type { TemplateProblem } from "./template-types.ts";

/** One field ready to render. `render` throws a RenderFailure. */
export type CompiledField = {
  render: (variables: Readonly<Record<string, unknown>>, env: HelperEnv) => string;
  requiredPaths: readonly string[];
};

type Compiled = { field: CompiledField; bodyUsed: boolean } | { problems: TemplateProblem[] };

/** A Handlebars of our own without its helpers: it copies all of them at every render. */
const engine = Handlebars.create();
for (const name of Object.keys(engine.helpers)) engine.unregisterHelper(name);

/** Binds a parsed source and hands it to Handlebars, which generates its code on first use. */
export function compileField(
  program: Program,
  given: Pick<BindState, "format" | "findPartial" | "body" | "pointer">,
): Compiled {
  const state = createBindState(given);
  const bound = bindProgram(state, program);
  if (state.problems.length > 0) return { problems: state.problems };
  return {
    field: { render: renderer(bound, state), requiredPaths: [...state.requiredPaths] },
    bodyUsed: state.bodyUsed,
  };
}

function renderer(
  bound: Program,
  { format, paths, operationsUsed }: BindState,
): CompiledField["render"] {
  const operations = operationsFor(operationsUsed);
  const execute = engine.compile(bound, {
    knownHelpers: Object.fromEntries(Object.keys(operations).map((name) => [name, true])),
    knownHelpersOnly: true,
    noEscape: true,
  });
  return (variables, env) => {
    const text = execute(variables, {
      data: { run: createRun(format, paths, env), root: variables },
      helpers: operations,
      allowProtoMethodsByDefault: false,
      allowProtoPropertiesByDefault: false,
    });
    checkLength(format, text.length);
    return format.finish === undefined ? text : format.finish(text);
  };
}
