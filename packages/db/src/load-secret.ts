import type { Db } from "./connection.ts";

/**
 * One of the secrets made at migration: `ids` signs ids, `tokens` inbox tokens, `cursors` list cursors, and
 * `webhooks` is what tenants' webhook secrets are derived from.
 */
export async function loadSecret(
  db: Db,
  name: "ids" | "tokens" | "cursors" | "webhooks",
): Promise<Buffer> {
  const row = await db.kysely
    .selectFrom("gateway.secrets")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return row.value;
}
