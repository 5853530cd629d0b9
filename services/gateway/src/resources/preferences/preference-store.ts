import { Preferences } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Key = { tenant: string; recipient: string };

/** Stores preferences in place of those there were. */
export async function writePreferences(
  db: Db,
  o: Key & { preferences: Preferences },
): Promise<void> {
  await db.query(
    "write-preferences",
    `insert into directory.preferences (tenant, recipient, preferences) values ($1, $2, $3::jsonb)
     on conflict (tenant, recipient) do update set preferences = excluded.preferences, updated_at = now()`,
    [o.tenant, o.recipient, JSON.stringify(o.preferences)],
  );
}

/** Preferences; empty ones for a recipient who never said any. Null when this tenant knows no such recipient. */
export async function readPreferences(
  db: Db,
  { tenant, recipient }: Key,
): Promise<Preferences | null> {
  const [row] = await db.query<{ preferences: unknown }>(
    "read-preferences",
    `select coalesce(p.preferences, '{}') as preferences
     from (select 1) as one
     left join directory.preferences as p on p.tenant = $1 and p.recipient = $2
     where p.recipient is not null or exists (select from directory.recipients where tenant = $1 and id = $2)`,
    [tenant, recipient],
  );
  return row === undefined ? null : Preferences.parse(row.preferences);
}

/** Turns a channel off for one category and leaves everything else as it is. */
export async function refuseCategory(
  db: Db,
  o: Key & { category: string; channel: string },
): Promise<void> {
  await db.query(
    "refuse-category",
    `insert into directory.preferences as p (tenant, recipient, preferences)
     values ($1, $2, jsonb_build_object('channels', '{}'::jsonb,
       'categories', jsonb_build_object($3::text, jsonb_build_object($4::text, false))))
     on conflict (tenant, recipient) do update set updated_at = now(),
       preferences = jsonb_set(p.preferences, '{categories}', coalesce(p.preferences -> 'categories', '{}')
         || jsonb_build_object($3::text, coalesce(p.preferences -> 'categories' -> $3::text, '{}')
           || jsonb_build_object($4::text, false)))`,
    [o.tenant, o.recipient, o.category, o.channel],
  );
}

/** Changes preferences by what they are; nobody else's change in between is lost. Gives what they are then. */
export async function changePreferences(
  db: Db,
  { tenant, recipient }: Key,
  change: (before: Preferences) => Preferences,
): Promise<Preferences> {
  return await db.kysely.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("directory.preferences")
      .values({ tenant, recipient, preferences: "{}" })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await transaction
      .selectFrom("directory.preferences")
      .select("preferences")
      .where("tenant", "=", tenant)
      .where("recipient", "=", recipient)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const after = change(Preferences.parse(row.preferences));
    await transaction
      .updateTable("directory.preferences")
      .set({ preferences: JSON.stringify(after), updated_at: new Date() })
      .where("tenant", "=", tenant)
      .where("recipient", "=", recipient)
      .execute();
    return after;
  });
}
