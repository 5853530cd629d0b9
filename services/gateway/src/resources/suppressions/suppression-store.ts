import {
  type SuppressionFilter,
  SuppressionView,
  suppressionAddress,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { sql } from "kysely";

/** Where a list goes on: below this row. */
export type SuppressionPosition = { at: string; id: string };

/** Newest first, at most `limit`; what was lifted is left out. */
export async function listSuppressions(
  db: Db,
  o: {
    tenant: string;
    filter: SuppressionFilter;
    after: SuppressionPosition | null;
    limit: number;
  },
): Promise<SuppressionView[]> {
  const { channel, address, reason } = o.filter;
  let query = db.kysely
    .selectFrom("directory.suppressions")
    .select(["id", "channel", "address", "reason", "provider", "at", "until"])
    .where("tenant", "=", o.tenant)
    .where("lifted_at", "is", null)
    .where((eb) => eb.or([eb("until", "is", null), eb("until", ">", sql<Date>`now()`)]))
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(o.limit);
  if (channel !== undefined) query = query.where("channel", "=", channel);
  if (reason !== undefined) query = query.where("reason", "=", reason);
  if (address !== undefined) {
    const kept = suppressionAddress(channel ?? "email", address) ?? address;
    query = query.where("address", "=", kept);
  }
  if (o.after !== null) {
    const { at, id } = o.after;
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("at", "id"), "<", tuple(new Date(at), id)),
    );
  }
  const rows = await query.execute();
  return rows.map(({ until, ...row }) =>
    SuppressionView.parse({
      ...row,
      at: row.at.toISOString(),
      ...(until !== null && { until: until.toISOString() }),
    }),
  );
}

/** Takes an address off the list; false when it was not on it. */
export async function liftSuppression(
  db: Db,
  { tenant, id }: { tenant: string; id: string },
): Promise<boolean> {
  const rows = await db.query(
    "lift-suppression",
    `update directory.suppressions set lifted_at = now()
     where id = $1 and tenant = $2 and lifted_at is null returning 1`,
    [id, tenant],
  );
  return rows.length > 0;
}
