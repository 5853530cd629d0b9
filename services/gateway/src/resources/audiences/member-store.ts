import type { Member } from "@pulsecourier/contracts";
import { type Db, textArray } from "@pulsecourier/db";

/** Adds recipients to an audience; answers how many were no members before. */
export async function addMembers(
  db: Db,
  audience: string,
  recipients: readonly string[],
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "add-members",
    `with added as (
       insert into directory.members (audience, recipient)
       select a.id, u.recipient from directory.audiences a, unnest($2::text[]) as u (recipient)
       where a.id = $1 order by u.recipient collate "C"
       on conflict do nothing returning 1)
     select count(*)::int from added`,
    [audience, textArray(recipients)],
  );
  return row?.count ?? 0;
}

/** Removes recipients from an audience; answers how many were members. */
export async function removeMembers(
  db: Db,
  audience: string,
  recipients: readonly string[],
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "remove-members",
    `with removed as (
       delete from directory.members where audience = $1 and recipient = any($2::text[]) returning 1)
     select count(*)::int from removed`,
    [audience, textArray(recipients)],
  );
  return row?.count ?? 0;
}

const CLEARED_AT_ONCE = 20_000;

/** Removes every member, a bounded number a statement. */
export async function clearMembers(db: Db, audience: string): Promise<void> {
  let removed: number;
  do {
    const [row] = await db.query<{ count: number }>(
      "clear-members",
      `with removed as (
         delete from directory.members where audience = $1 and recipient in (
           select recipient from directory.members where audience = $1 limit $2) returning 1)
       select count(*)::int from removed`,
      [audience, CLEARED_AT_ONCE],
    );
    removed = row?.count ?? 0;
  } while (removed === CLEARED_AT_ONCE);
}

/** How many members an audience has now. */
export async function countMembers(db: Db, audience: string): Promise<number> {
  const [row] = await db.query<{ count: string }>(
    "count-members",
    "select count(*) from directory.members where audience = $1",
    [audience],
  );
  return Number(row?.count ?? 0);
}

/** At most `limit` members by recipient id, from behind `after`. */
export async function listMembers(
  db: Db,
  { audience, after, limit }: { audience: string; after: string; limit: number },
): Promise<Member[]> {
  const rows = await db.query<{ recipient: string; added_at: Date }>(
    "list-members",
    `select recipient, added_at from directory.members
     where audience = $1 and recipient > $2 order by recipient limit $3`,
    [audience, after, limit],
  );
  return rows.map(({ recipient, added_at: at }) => ({ recipient, addedAt: at.toISOString() }));
}
