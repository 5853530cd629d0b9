import type { Recipient, RecipientInput, RecipientView } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Key = { tenant: string; id: string };

/** Writes recipients, each id once, in one statement; one that is unchanged keeps its `updatedAt`. */
export async function upsertRecipients(
  db: Db,
  tenant: string,
  recipients: readonly Recipient[],
): Promise<Map<string, { created: boolean }>> {
  // `xmax` is 0 in a row this statement inserted.
  const rows = await db.query<{ id: string; created: boolean }>(
    "upsert-recipients",
    `insert into directory.recipients as r (tenant, id, profile)
     select $1, id, profile from unnest($2::text[], $3::jsonb[]) as u (id, profile) order by id
     on conflict (tenant, id) do update set profile = excluded.profile,
       updated_at = case when r.profile = excluded.profile then r.updated_at else now() end
     returning id, xmax = 0 as created`,
    [tenant, recipients.map((one) => one.id), recipients.map(profileOf)],
  );
  return new Map(rows.map(({ id, created }) => [id, { created }]));
}

function profileOf(recipient: Recipient): string {
  const { id: _, ...profile } = recipient;
  return JSON.stringify(profile);
}

/** The recipient, or null. */
export async function readRecipient(db: Db, { tenant, id }: Key): Promise<RecipientView | null> {
  const row = await db.kysely
    .selectFrom("directory.recipients")
    .select(["profile", "created_at", "updated_at"])
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return null;
  // Written by `upsertRecipients`, which takes parsed input only.
  const profile = row.profile as RecipientInput;
  return {
    id,
    ...profile,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Forgets a recipient with its preferences and memberships. False when there was none. */
export async function deleteRecipient(db: Db, { tenant, id }: Key): Promise<boolean> {
  return await db.kysely.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom("directory.preferences")
      .where("tenant", "=", tenant)
      .where("recipient", "=", id)
      .execute();
    await transaction
      .deleteFrom("directory.members as m")
      .using("directory.audiences as a")
      .whereRef("a.id", "=", "m.audience")
      .where("a.tenant", "=", tenant)
      .where("m.recipient", "=", id)
      .execute();
    const deleted = await transaction
      .deleteFrom("directory.recipients")
      .where("tenant", "=", tenant)
      .where("id", "=", id)
      .executeTakeFirst();
    return deleted.numDeletedRows > 0n;
  });
}
