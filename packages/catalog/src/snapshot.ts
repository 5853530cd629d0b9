import type {
  CategoryDefinition,
  RuleDefinition,
  TemplateDefinition,
  TenantSettings,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { brokenRule, compileRule } from "./compile-rule.ts";
import type { Definitions, EntryKind } from "./entry-store.ts";
import { loadPauses, type Pauses } from "./pause-store.ts";
import type { CompiledRule } from "./rule.ts";
import { loadSignalKeys, type SignalKey } from "./signals.ts";

/** A tenant's catalog at one revision. Everything but `sandbox` is fixed by the revision. */
export type CatalogSnapshot = {
  tenant: string;
  revision: number;
  /** False when there is no such tenant; the catalog is empty then. */
  exists: boolean;
  sandbox: boolean;
  templates: ReadonlyMap<string, { version: number; definition: TemplateDefinition }>;
  /** By name. */
  rules: readonly CompiledRule[];
  categories: ReadonlyMap<string, CategoryDefinition>;
  settings: TenantSettings;
  workflows: ReadonlyMap<string, { version: number; definition: WorkflowDefinition }>;
  /** By event type; empty for a tenant none of whose workflows listens for events. */
  signals: ReadonlyMap<string, readonly SignalKey[]>;
  /** Rules and workflows that are paused. */
  pauses: Pauses;
};

/** What a revision fixes. */
export type CatalogContent = Pick<
  CatalogSnapshot,
  "templates" | "rules" | "categories" | "workflows" | "settings" | "signals" | "pauses"
>;

type Row = {
  [Kind in EntryKind]: { kind: Kind; name: string; version: number; definition: Definitions[Kind] };
}[EntryKind];

/** Reads what was live in a revision; rules come compiled. */
export async function loadContent(
  db: Db,
  tenant: string,
  revision: number,
): Promise<CatalogContent> {
  const rows = await db.query<Row>(
    "catalog-content",
    `select kind, name, version, definition from catalog.entries
     where tenant = $1 and since <= $2 and (until is null or until > $2) order by name`,
    [tenant, revision],
  );
  const [signals, pauses] = await Promise.all([
    loadSignalKeys(db, tenant, revision),
    loadPauses(db, tenant, revision),
  ]);
  const templates = new Map<string, { version: number; definition: TemplateDefinition }>();
  const categories = new Map<string, CategoryDefinition>();
  const workflows = new Map<string, { version: number; definition: WorkflowDefinition }>();
  const rules: CompiledRule[] = [];
  let settings: TenantSettings = {};
  for (const { kind, name, version, definition } of rows) {
    if (kind === "template") templates.set(name, { version, definition });
    else if (kind === "category") categories.set(name, definition);
    else if (kind === "workflow") workflows.set(name, { version, definition });
    else if (kind === "settings") settings = definition;
    else rules.push(compileStored(name, version, definition));
  }
  return { templates, rules, categories, workflows, settings, signals, pauses };
}

function compileStored(name: string, version: number, definition: RuleDefinition): CompiledRule {
  const compiled = compileRule(name, version, definition);
  if (compiled.ok) return compiled.rule;
  const detail = compiled.problems
    .map((problem) => `${problem.pointer}: ${problem.detail}`)
    .join("; ");
  return brokenRule(
    name,
    version,
    definition,
    `the rule no longer compiles; PUT it again (${detail})`,
  );
}
