import { CategoryDefinition } from "@pulsecourier/contracts";
import { route, type Route } from "../../http/route.ts";
import { entryRoutes } from "../entries/entry-routes.ts";
import { putChangedEntry } from "../entries/put-changed-entry.ts";
import { nameParam } from "../name-param.ts";

const put = route({
  method: "put",
  path: "/v1/categories/:name",
  scope: "admin",
  body: CategoryDefinition,
  handler: ({ tenant, params, body }, context) =>
    putChangedEntry(context, {
      tenant,
      kind: "category",
      name: nameParam(params.name),
      definition: body,
    }),
});

export const categoryRoutes: Route[] = [put, ...entryRoutes("category", "/v1/categories")];
