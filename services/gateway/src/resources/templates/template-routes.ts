import { type Entry, getEntry } from "@pulsecourier/catalog";
import {
  PreviewRequest,
  type Problem,
  PulseError,
  TemplateDefinition,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { compileTemplate, type TemplateProblem } from "@pulsecourier/templates";
import { route, type Route } from "../../http/route.ts";
import { entryRoutes } from "../entries/entry-routes.ts";
import { putChangedEntry } from "../entries/put-changed-entry.ts";
import { nameParam } from "../name-param.ts";
import { previewTemplate } from "./preview-template.ts";

const put = route({
  method: "put",
  path: "/v1/templates/:name",
  scope: "admin",
  body: TemplateDefinition,
  bodyLimit: 4 * 1024 * 1024,
  handler: async ({ tenant, params, body }, context) => {
    const name = nameParam(params.name);
    const layout = await layoutOf(context.db, tenant, body);
    const compiled = compileTemplate(body, { resolve: () => layout?.definition ?? null });
    if (!compiled.ok)
      throw new PulseError("broken_template", undefined, {
        problems: compiled.problems.map(toProblem),
      });
    // A version keeps the layout it was PUT with; an equal PUT after the layout changed takes up the new one.
    const isStale = async (live: Entry<"template">) =>
      layout !== null && layout.createdAt > live.createdAt;
    const entry = { tenant, kind: "template", name, definition: body } as const;
    return await putChangedEntry(context, entry, isStale);
  },
});

const preview = route({
  method: "post",
  path: "/v1/templates/:name/preview",
  scope: "admin",
  body: PreviewRequest,
  handler: async ({ tenant, params, body }, { db, catalog, config }) => {
    const live = await getEntry(db, { tenant, kind: "template", name: nameParam(params.name) });
    const template = live === null ? null : await catalog.template(tenant, live.name, live.version);
    if (live === null || template === null) throw new PulseError("not_found");
    const unsubscribeUrl = `${config.PUBLIC_URL}/v1/unsubscribe/preview`;
    return { status: 200, body: previewTemplate({ live, template, sample: body, unsubscribeUrl }) };
  },
});

async function layoutOf(db: Db, tenant: string, { layout }: TemplateDefinition) {
  return layout === undefined
    ? null
    : await getEntry(db, { tenant, kind: "template", name: layout });
}

function toProblem({ pointer, line, column, detail }: TemplateProblem): Problem {
  const place = line === undefined ? "" : `line ${line}, column ${column ?? 1}: `;
  return { pointer, detail: `${place}${detail}` };
}

export const templateRoutes: Route[] = [put, preview, ...entryRoutes("template", "/v1/templates")];
