import { checkWorkflow } from "@pulsecourier/catalog";
import { PulseError, WorkflowDefinition } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { route, type Route } from "../../http/route.ts";
import { entryRoutes } from "../entries/entry-routes.ts";
import { putChangedEntry } from "../entries/put-changed-entry.ts";
import { requireEntry } from "../entries/require-entry.ts";
import { missingBudgets } from "../budgets/budget-store.ts";
import { nameParam } from "../name-param.ts";

const put = route({
  method: "put",
  path: "/v1/workflows/:name",
  scope: "admin",
  body: WorkflowDefinition,
  handler: async ({ tenant, params, body }, context) => {
    const name = nameParam(params.name);
    const problems = [
      ...checkWorkflow(body),
      ...templatesLeftOut(body),
      ...(await unknownBudgets(context.db, tenant, body)),
    ];
    if (problems.length > 0) throw new PulseError("broken_workflow", undefined, { problems });
    for (const { name: template, pointer } of templatesNamed(body)) {
      await requireEntry(context.db, { tenant, kind: "template", name: template, pointer });
    }
    return await putChangedEntry(context, { tenant, kind: "workflow", name, definition: body });
  },
});

function templatesNamed({ steps }: WorkflowDefinition) {
  return steps.flatMap((step, at) => {
    if (step.type !== "send") return [];
    const own = { name: step.template, pointer: `/steps/${at}/template` };
    const pointer = `/steps/${at}/correction/template`;
    return step.correction === undefined
      ? [own]
      : [own, { name: step.correction.template, pointer }];
  });
}

/** A request may have the content itself; a workflow cannot. */
function templatesLeftOut({ steps }: WorkflowDefinition) {
  return steps.flatMap((step, at) =>
    step.type === "send" && step.template === undefined
      ? [{ pointer: `/steps/${at}/template`, detail: "a step of a workflow names its template" }]
      : [],
  );
}

async function unknownBudgets(db: Db, tenant: string, { steps }: WorkflowDefinition) {
  const names = steps.flatMap((step) => (step.type === "reserve" ? [step.budget] : []));
  const missing = await missingBudgets(db, tenant, names);
  return steps.flatMap((step, at) =>
    step.type === "reserve" && missing.has(step.budget)
      ? [
          {
            pointer: `/steps/${at}/budget`,
            detail: `there is no budget \`${step.budget}\`; PUT it`,
          },
        ]
      : [],
  );
}

export const workflowRoutes: Route[] = [put, ...entryRoutes("workflow", "/v1/workflows")];
