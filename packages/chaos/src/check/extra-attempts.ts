import { deliveryId } from "@pulsecourier/contracts";
import type { SendRecord } from "../load/send-record.ts";
import type { Target } from "../target.ts";

/** How many attempts beyond the first the mails took, by the ledger. */
export async function extraAttempts(
  records: readonly SendRecord[],
  { db, secret }: Pick<Target, "db" | "secret">,
): Promise<number> {
  const ids = records.flatMap(({ notificationId: id, tenant = "default" }) =>
    id === undefined ? [] : [deliveryId(secret, tenant, id, "email")],
  );
  const rows = await db.kysely
    .selectFrom("ledger.deliveries")
    .select("attempt")
    .where((where) => where("id", "=", where.fn.any(where.val(ids))))
    .execute();
  return rows.reduce((sum, { attempt }) => sum + attempt - 1, 0);
}
