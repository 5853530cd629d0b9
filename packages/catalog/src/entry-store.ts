import {
  type CategoryDefinition,
  PulseError,
  type RuleDefinition,
  type TemplateDefinition,
  type TenantSettings,
  type WorkflowDefinition,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { sql } from "kysely";

/** Definition of each kind of entry, already parsed by its schema. */
export type Definitions = {
  template: TemplateDefinition;
  rule: RuleDefinition;
  category: CategoryDefinition;
  workflow: WorkflowDefinition;
  /** One a tenant, by the name of `SETTINGS_ENTRY`. */
  settings: TenantSettings;
};
export type EntryKind = keyof Definitions;
/** The only name an entry of the kind `settings` has. */
export const SETTINGS_ENTRY = "tenant";
type Key<Kind extends EntryKind> = { tenant: string; kind: Kind; name: string };

export type Entry<Kind extends EntryKind> = {
  name: string;
  version: number;
  definition: Definitions[Kind];
  createdAt: Date;
};

/** U+0000 as JSON text has it; an even number of backslashes before it is just backslashes. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * Writes a new immutable version and makes it live, in a new catalog revision of the tenant. Versions of a name count
 * up from 1, past deletions too; concurrent writers of a tenant wait for each other. Rejects with `invalid_request`
 * when a text holds U+0000, which Postgres cannot store.
 */
export async function putEntry<Kind extends EntryKind>(
  db: Db,
  { tenant, kind, name, definition }: Key<Kind> & { definition: Definitions[Kind] },
): Promise<{ version: number; revision: number }> {
  const text = JSON.stringify(definition);
  if (NUL.test(text)) {
    throw new PulseError("invalid_request", "The definition holds the character U+0000.");
  }
  return db.kysely.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ revision: string }>`
      insert into catalog.revisions (tenant, revision) values (${tenant}, 1)
      on conflict (tenant) do update set revision = catalog.revisions.revision + 1
      returning revision`.execute(transaction);
    const revision = Number(rows[0]?.revision);
    const entries = () => sql`tenant = ${tenant} and kind = ${kind} and name = ${name}`;
    await sql`update catalog.entries set until = ${revision} where ${entries()} and until is null`.execute(
      transaction,
    );
    const inserted = await sql<{ version: number }>`
      insert into catalog.entries (tenant, kind, name, version, since, definition)
      select ${tenant}, ${kind}, ${name}, coalesce(max(version), 0) + 1, ${revision}, ${text}::jsonb
      from catalog.entries where ${entries()}
      returning version`.execute(transaction);
    return { version: inserted.rows[0]?.version ?? 1, revision };
  });
}

/** Takes a name out of the live catalog, in a new revision; its versions stay readable. False when nothing was live. */
export function deleteEntry(db: Db, { tenant, kind, name }: Key<EntryKind>): Promise<boolean> {
  return db.kysely.transaction().execute(async (transaction) => {
    const locked = await sql<{ next: string }>`
      select revision + 1 as next from catalog.revisions where tenant = ${tenant} for update`.execute(
      transaction,
    );
    const next = locked.rows[0]?.next;
    if (next === undefined) return false;
    const ended = await sql`
      update catalog.entries set until = ${next}
      where tenant = ${tenant} and kind = ${kind} and name = ${name} and until is null`.execute(
      transaction,
    );
    if (ended.numAffectedRows !== 1n) return false;
    await sql`update catalog.revisions set revision = ${next} where tenant = ${tenant}`.execute(
      transaction,
    );
    return true;
  });
}

/** The live version of a name, or null. */
export async function getEntry<Kind extends EntryKind>(
  db: Db,
  { tenant, kind, name }: Key<Kind>,
): Promise<Entry<Kind> | null> {
  const row = await live(db, tenant, kind).where("name", "=", name).executeTakeFirst();
  return row === undefined ? null : toEntry<Kind>(row);
}

/** Live entries of a kind by name, at most `limit` (default 1,000) of those after `after`. */
export async function listEntries<Kind extends EntryKind>(
  db: Db,
  {
    tenant,
    kind,
    after = "",
    limit = 1_000,
  }: { tenant: string; kind: Kind; after?: string; limit?: number },
): Promise<Entry<Kind>[]> {
  const rows = await live(db, tenant, kind)
    .where("name", ">", after)
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map((row) => toEntry<Kind>(row));
}

function live(db: Db, tenant: string, kind: EntryKind) {
  return db.kysely
    .selectFrom("catalog.entries")
    .select(["name", "version", "definition", "created_at"])
    .where("tenant", "=", tenant)
    .where("kind", "=", kind)
    .where("until", "is", null);
}

function toEntry<Kind extends EntryKind>(row: {
  name: string;
  version: number;
  definition: unknown;
  created_at: Date;
}): Entry<Kind> {
  const { name, version, created_at: createdAt } = row;
  // Written by `putEntry`, which takes this kind's parsed definition only.
  return { name, version, definition: row.definition as Definitions[Kind], createdAt };
}
