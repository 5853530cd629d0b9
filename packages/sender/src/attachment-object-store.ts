import type { Db } from "@pulsecourier/db";

/** The object that holds an attachment now; null when the tenant has no such attachment any more. */
export async function findObject(db: Db, tenant: string, id: string): Promise<string | null> {
  const [row] = await db.query<{ object: string }>(
    "find-attachment-object",
    "select object from gateway.attachments where tenant = $1 and id = $2",
    [tenant, id],
  );
  return row?.object ?? null;
}
