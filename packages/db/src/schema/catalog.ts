import type { Generated } from "kysely";
import type { Big, Json, Time } from "./columns.ts";

/** Schema `catalog`: templates, rules, workflows and categories, in immutable versions. */
export type CatalogTables = {
  "catalog.revisions": { tenant: string; revision: Big };
  "catalog.entries": {
    tenant: string;
    kind: "template" | "rule" | "category" | "workflow" | "settings";
    name: string;
    version: number;
    since: Big;
    until: Big | null;
    definition: Json<unknown>;
    created_at: Time;
  };
  "catalog.pauses": {
    id: Generated<string>;
    tenant: string;
    kind: "rule" | "workflow";
    name: string;
    events: "wait" | "skip";
    since: Big;
    until: Big | null;
    by: string;
    at: Time;
    resumed_at: Date | null;
  };
};
