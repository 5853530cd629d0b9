import { type LifecycleFact, NotificationStatus } from "@pulsecourier/contracts";
import type { Target } from "../target.ts";

/** What clients see of the messages of a seed. */
export type Followed = {
  /** By notification. */
  statuses: Map<string, NotificationStatus>;
  /** How often each of its facts is in its timeline, by notification and type. */
  facts: Map<string, number>;
  /** Addresses not to be sent to any more. */
  suppressed: string[];
};

/** Reads what became of all whose recipients' names begin with `prefix` and a dash. */
export async function readFollowed(prefix: string, { db }: Pick<Target, "db">): Promise<Followed> {
  const rows = await db.kysely
    .selectFrom("tracking.notifications")
    .select(["id", "status"])
    .where("recipient", "like", `${prefix}-%`)
    .execute();
  const statuses = new Map(rows.map(({ id, status }) => [id, NotificationStatus.parse(status)]));
  const [timeline, suppressions] = await Promise.all([
    db.kysely
      .selectFrom("tracking.timeline")
      .select(["notification_id", "fact"])
      .where((where) =>
        where("notification_id", "=", where.fn.any(where.val([...statuses.keys()]))),
      )
      .execute(),
    db.kysely
      .selectFrom("directory.suppressions")
      .select("address")
      .where("address", "like", `${prefix}-%`)
      .orderBy("address")
      .execute(),
  ]);
  const facts = new Map<string, number>();
  for (const { notification_id, fact } of timeline) {
    const { type }: Pick<LifecycleFact, "type"> = JSON.parse(fact);
    const key = `${notification_id} ${type}`;
    facts.set(key, (facts.get(key) ?? 0) + 1);
  }
  return { statuses, facts, suppressed: suppressions.map(({ address }) => address) };
}
