import type { TemplateDefinition } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { type CompiledTemplate, compileTemplate } from "@pulsecourier/templates";
import { loadContent } from "./snapshot.ts";
import { Lru } from "./lru.ts";

const MAX_TEMPLATES = 2_000;

/**
 * Compiles template versions on first use. A layout is taken as it was in the revision that brought the version, so
 * that a version renders the same for ever.
 */
export function createCompiledTemplates(db: Db) {
  const known = new Lru<Promise<CompiledTemplate | null>>(MAX_TEMPLATES);

  return (tenant: string, name: string, version: number): Promise<CompiledTemplate | null> => {
    const key = `${tenant}\0${name}\0${version}`;
    const compiled = known.get(key);
    if (compiled !== undefined) return compiled;
    const compiling = compileVersion(db, tenant, name, version);
    known.set(key, compiling);
    const forget = () => known.forget(key, compiling);
    // A version that is not there yet may come.
    compiling.then((template) => template ?? forget(), forget);
    return compiling;
  };
}

async function compileVersion(
  db: Db,
  tenant: string,
  name: string,
  version: number,
): Promise<CompiledTemplate | null> {
  const [row] = await db.query<{ since: string; definition: TemplateDefinition }>(
    "catalog-template-version",
    `select since, definition from catalog.entries
     where tenant = $1 and kind = 'template' and name = $2 and version = $3`,
    [tenant, name, version],
  );
  if (row === undefined) return null;
  const { definition, since } = row;
  const others =
    definition.layout === undefined ? null : await loadContent(db, tenant, Number(since));
  const resolve = (layout: string) => others?.templates.get(layout)?.definition ?? null;
  const result = compileTemplate(definition, { resolve });
  return result.ok ? result.template : null;
}
