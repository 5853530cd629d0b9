import type { Db } from "@pulsecourier/db";

/** The name of an API key, for telling who did something. */
export async function readKeyName(db: Db, id: string): Promise<string> {
  const [row] = await db.query<{ name: string }>(
    "api-key-name",
    "select name from gateway.api_keys where id = $1",
    [id],
  );
  return row?.name ?? "";
}
