import type { Db } from "./connection.ts";

/** A record that the scheduler publishes to `topic` when it is due. */
export type NewTimer = {
  id: string;
  tenant: string;
  dueAt: Date;
  topic: string;
  key: string | null;
  headers: Record<string, string>;
  value: Buffer;
  /** Ids of the stops, or of the pause, it waits for: it is due, too, when one of them no longer stands. */
  heldBy?: readonly string[];
};

/**
 * Inserts timers in one statement; one whose id exists already stays as it is. `dueAt` is by the platform's clock, or by
 * the machine's, which stays behind where a developer has travelled in time.
 */
export async function insertTimers(
  db: Db,
  timers: readonly NewTimer[],
  dueBy: "platform" | "machine" = "platform",
): Promise<void> {
  if (timers.length === 0) return;
  await db.query(
    "insert-timers",
    `insert into schedule.timers (id, tenant, due_at, topic, key, headers, value, held_by)
     select id, tenant, due_at + case when $9 then ahead else '0' end, topic, key, headers, value, held_by::uuid[]
     from schedule.clock, unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[], $8::text[])
       as i (id, tenant, due_at, topic, key, headers, value, held_by)
     order by id
     on conflict (id) do nothing`,
    [
      timers.map(({ id }) => id),
      timers.map(({ tenant }) => tenant),
      timers.map(({ dueAt }) => dueAt),
      timers.map(({ topic }) => topic),
      timers.map(({ key }) => key),
      timers.map(({ headers }) => storable(headers)),
      timers.map(({ value }) => value),
      // An array of arrays would be unnested through and through.
      timers.map(({ heldBy }) => (heldBy === undefined ? null : `{${heldBy.join(",")}}`)),
      dueBy === "machine",
    ],
  );
}

/** As JSON without U+0000, which jsonb cannot hold and no header of ours has. */
function storable(headers: Record<string, string>): string {
  return JSON.stringify(headers, (_, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\0", "") : value,
  );
}
