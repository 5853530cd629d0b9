import { compileRule } from "@pulsecourier/catalog";
import { PulseError, RuleDefinition } from "@pulsecourier/contracts";
import { route, type Route } from "../../http/route.ts";
import { entryRoutes } from "../entries/entry-routes.ts";
import { requireEntry } from "../entries/require-entry.ts";
import { putChangedEntry } from "../entries/put-changed-entry.ts";
import { nameParam } from "../name-param.ts";

const put = route({
  method: "put",
  path: "/v1/rules/:name",
  scope: "admin",
  body: RuleDefinition,
  handler: async ({ tenant, params, body }, context) => {
    const name = nameParam(params.name);
    const compiled = compileRule(name, 0, body);
    if (!compiled.ok)
      throw new PulseError("broken_rule", undefined, { problems: compiled.problems });
    await requireEntry(context.db, { tenant, kind: "template", name: body.template });
    await requireEntry(context.db, { tenant, kind: "workflow", name: body.workflow });
    return await putChangedEntry(context, { tenant, kind: "rule", name, definition: body });
  },
});

export const ruleRoutes: Route[] = [put, ...entryRoutes("rule", "/v1/rules")];
