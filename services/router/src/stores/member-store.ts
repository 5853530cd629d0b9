import type { Db } from "@pulsecourier/db";

/** At most `limit` members of an audience, in the order of their ids' bytes, from behind `after`. */
export async function readMembers(
  db: Db,
  { audienceId, after, limit }: { audienceId: string; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db.query<{ recipient: string }>(
    "router-read-members",
    `select recipient from directory.members
     where audience = $1 and recipient > $2 order by recipient limit $3`,
    [audienceId, after ?? "", limit],
  );
  return rows.map(({ recipient }) => recipient);
}
