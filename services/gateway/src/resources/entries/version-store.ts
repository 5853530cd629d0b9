import type { Definitions, Entry, EntryKind } from "@pulsecourier/catalog";
import type { Db } from "@pulsecourier/db";

/** One version of a catalog entry, live or not. */
export async function readVersion<Kind extends EntryKind>(
  db: Db,
  o: { tenant: string; kind: Kind; name: string; version: number },
): Promise<Entry<Kind> | null> {
  const row = await db.kysely
    .selectFrom("catalog.entries")
    .select(["definition", "created_at"])
    .where("tenant", "=", o.tenant)
    .where("kind", "=", o.kind)
    .where("name", "=", o.name)
    .where("version", "=", o.version)
    .executeTakeFirst();
  if (row === undefined) return null;
  // Entries are written parsed by the schema of their kind.
  const definition = row.definition as Definitions[Kind];
  return { name: o.name, version: o.version, definition, createdAt: row.created_at };
}
