import type { Db } from "./connection.ts";

/** One of the secrets made at migration: `ids` signs ids, `tokens` inbox tokens, `cursors` list cursors. */
export async function loadSecret(db: Db, name: "ids" | "tokens" | "cursors"): Promise<Buffer> {
  const row = await db.kysely
    .selectFrom("gateway.secrets")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return row.value;
}
