import type { AudienceInput, AudienceItem } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Key = { tenant: string; name: string };
type Row = {
  name: string;
  description: string | null;
  open: boolean;
  created_at: Date;
  updated_at: Date;
};

const COLUMNS = ["name", "description", "open", "created_at", "updated_at"] as const;

/** Makes the audience, or changes what it says of itself; its members stay. True when it is new. */
export async function putAudience(
  db: Db,
  { tenant, name }: Key,
  { description = null, open }: { description?: string | null } & Pick<AudienceInput, "open">,
): Promise<boolean> {
  // `xmax` is 0 in a row this statement inserted.
  const [row] = await db.query<{ created: boolean }>(
    "put-audience",
    `insert into directory.audiences (tenant, name, description, open) values ($1, $2, $3, $4)
     on conflict (tenant, name) do update set description = excluded.description, open = excluded.open,
       updated_at = now()
     returning xmax = 0 as created`,
    [tenant, name, description, open],
  );
  return row?.created === true;
}

/** The audience, or null. */
export async function readAudience(
  db: Db,
  { tenant, name }: Key,
): Promise<{ id: string; view: AudienceItem } | null> {
  const row = await db.kysely
    .selectFrom("directory.audiences")
    .select(["id", ...COLUMNS])
    .where("tenant", "=", tenant)
    .where("name", "=", name)
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, view: toView(row) };
}

/** At most `limit` audiences of the tenant by name, from behind `after`. */
export async function listAudiences(
  db: Db,
  { tenant, after, limit }: { tenant: string; after: string; limit: number },
): Promise<AudienceItem[]> {
  const rows = await db.kysely
    .selectFrom("directory.audiences")
    .select(COLUMNS)
    .where("tenant", "=", tenant)
    .where("name", ">", after)
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map(toView);
}

/** Forgets an audience; its last members go with it. False when there was none. */
export async function deleteAudience(db: Db, { tenant, name }: Key): Promise<boolean> {
  const rows = await db.query(
    "delete-audience",
    "delete from directory.audiences where tenant = $1 and name = $2 returning 1",
    [tenant, name],
  );
  return rows.length > 0;
}

/** Which of these names are audiences of the tenant. */
export async function findAudiences(
  db: Db,
  tenant: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ name: string }>(
    "find-audiences",
    "select name from directory.audiences where tenant = $1 and name = any($2::text[])",
    [tenant, names],
  );
  return new Set(rows.map(({ name }) => name));
}

function toView(row: Row): AudienceItem {
  return {
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    open: row.open,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
