import type { NotificationView } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

/** JSON text of a tracked notification, a `NotificationView` and the tracker's own fields; null before its first fact. */
export async function readView(db: Db, tenant: string, id: string): Promise<string | null> {
  const [row] = await db.query<{ view: string }>(
    "read-view",
    "select view from tracking.notifications where tenant = $1 and id = $2",
    [tenant, id],
  );
  return row?.view ?? null;
}

const MAX_TIMELINE = 1_000;

// One statement sees one moment: never a status whose fact is missing from the timeline.
const READ = `
select
  (select view from tracking.notifications where tenant = $1 and id = $2) as view,
  array(select fact from tracking.timeline where notification_id = $2 and tenant = $1
    order by at, id limit ${MAX_TIMELINE}) as timeline`;

/** The view as `readView` gives it, and the JSON texts of the notification's facts, oldest first. */
export async function readNotification(
  db: Db,
  tenant: string,
  id: string,
): Promise<{ view: string | null; timeline: string[] }> {
  type Row = { view: string | null; timeline: string[] };
  const [row] = await db.query<Row>("read-notification", READ, [tenant, id]);
  return row ?? { view: null, timeline: [] };
}

export type NotificationFilter = {
  status?: NotificationView["status"] | undefined;
  channel?: string | undefined;
  recipient?: string | undefined;
  eventId?: string | undefined;
  /** Only these accept times, ms since 1970; where an event's are known. */
  acceptedAt?: readonly number[] | undefined;
  /** Accept time, ms since 1970: from, and up to but not including. */
  since?: number | undefined;
  until?: number | undefined;
  /** Only older ones than this id. */
  before?: string | undefined;
  limit: number;
};

/** Newest first. Ids start with the accept time, so their order is its order and a time is a range of ids. */
export async function listViews(
  db: Db,
  tenant: string,
  filter: NotificationFilter,
): Promise<{ id: string; view: string }[]> {
  const { status, channel, recipient, eventId, acceptedAt, since, until, before, limit } = filter;
  let query = db.kysely
    .selectFrom("tracking.notifications")
    .select(["id", "view"])
    .where("tenant", "=", tenant)
    .orderBy("id", "desc")
    .limit(limit);
  if (status !== undefined) query = query.where("status", "=", status);
  if (channel !== undefined)
    query = query.where(({ eb, val, fn }) => eb(val(channel), "=", fn.any("channels")));
  if (recipient !== undefined) query = query.where("recipient", "=", recipient);
  if (eventId !== undefined) query = query.where("event_id", "=", eventId);
  if (since !== undefined) query = query.where("id", ">=", firstIdAt(since));
  if (until !== undefined) query = query.where("id", "<", firstIdAt(until));
  if (before !== undefined) query = query.where("id", "<", before);
  if (acceptedAt !== undefined) {
    query = query.where(({ or, and, eb }) =>
      or(
        acceptedAt.map((ms) =>
          and([eb("id", ">=", firstIdAt(ms)), eb("id", "<", firstIdAt(ms + 1))]),
        ),
      ),
    );
  }
  return await query.execute();
}

/** The smallest id of that accept time. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
