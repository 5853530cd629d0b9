import { LifecycleFact } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

/** Facts of some notifications; `last` is the notification to go on behind, null after the last one. */
export type FactPage = { facts: LifecycleFact[]; last: string | null };

/** The lowest id that something accepted at this time (ms) can have. */
export function firstIdAt(ms: number): string {
  const digits = Math.min(Math.max(0, ms), 0xffff_ffff_ffff).toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}

const READ = `
with page as (
  select id from tracking.notifications where tenant = $1 and id > $2::uuid and id < $3::uuid order by id limit $4
)
select page.id, timeline.fact from page
left join tracking.timeline on timeline.notification_id = page.id and timeline.tenant = $1
order by page.id, timeline.at`;

/** Facts of the tenant's notifications between two ids, of at most `limit` of them. */
export async function readFacts(
  db: Db,
  o: { tenant: string; after: string; before: string; limit: number },
): Promise<FactPage> {
  const rows = await db.query<{ id: string; fact: string | null }>("read-facts", READ, [
    o.tenant,
    o.after,
    o.before,
    o.limit,
  ]);
  const full = new Set(rows.map(({ id }) => id)).size === o.limit;
  return {
    facts: rows.flatMap(({ fact }) =>
      fact === null ? [] : [LifecycleFact.parse(JSON.parse(fact))],
    ),
    last: full ? (rows.at(-1)?.id ?? null) : null,
  };
}
