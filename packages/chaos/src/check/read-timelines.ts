import type { Db } from "@pulsecourier/db";

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** Enough to see what went wrong. */
const MOST = 50;

/** The facts of the notifications that problems name, by id: where to begin to look. */
export async function readTimelines(
  db: Db,
  problems: readonly string[],
): Promise<Record<string, unknown[]>> {
  const named = new Set(problems.flatMap((problem) => problem.match(UUID) ?? []));
  const ids = [...named].slice(0, MOST);
  const timelines: Record<string, unknown[]> = Object.fromEntries(ids.map((id) => [id, []]));
  if (ids.length === 0) return timelines;
  const rows = await db.kysely
    .selectFrom("tracking.timeline")
    .select(["notification_id", "fact"])
    .where("notification_id", "in", ids)
    .orderBy("at")
    .execute();
  for (const { notification_id, fact } of rows) timelines[notification_id]?.push(JSON.parse(fact));
  return timelines;
}
