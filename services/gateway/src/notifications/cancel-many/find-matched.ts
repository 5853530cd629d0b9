import { CANCELLABLE, type CancelFilter } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { toView } from "../get-notification.ts";
import { firstIdAt } from "../notification-store.ts";
import { isMatched, type Matched } from "./match-filter.ts";

/** The part of a tenant's notifications a filter is about, by their ids, which begin with the accept time. */
export type Range = { after: string; upTo: string };

/** What a filter says of times; without an end it is the time of the call. */
export function rangeOf({ acceptedFrom, acceptedUntil }: CancelFilter, now: number): Range {
  const from = acceptedFrom === undefined ? 0 : Date.parse(acceptedFrom);
  const until = acceptedUntil === undefined ? now + 1 : Date.parse(acceptedUntil);
  return { after: firstIdAt(from), upTo: firstIdAt(until) };
}

export type MatchedPage = {
  matched: Matched[];
  scanned: number;
  /** Where to go on; null when there is no more. */
  after: string | null;
};

/** The next notifications of a range, at most `limit` looked at, oldest first. */
export async function findMatched(
  db: Db,
  of: { tenant: string; filter: CancelFilter; range: Range; limit: number },
): Promise<MatchedPage> {
  const { tenant, filter, range, limit } = of;
  let query = db.kysely
    .selectFrom("tracking.notifications")
    .select(({ eb }) => [
      "id",
      eb.case().when("status", "in", CANCELLABLE).then(eb.ref("view")).else(null).end().as("view"),
    ])
    .where("tenant", "=", tenant)
    .where("id", ">", range.after)
    .where("id", "<", range.upTo)
    .orderBy("id")
    .limit(limit);
  if (filter.recipient !== undefined) query = query.where("recipient", "=", filter.recipient);
  const rows = await query.execute();
  const views = rows.flatMap(({ view }) => (view === null ? [] : [toView(view)]));
  const last = rows.length < limit ? null : (rows.at(-1)?.id ?? null);
  return {
    matched: views.filter((view) => isMatched(view, filter)),
    scanned: rows.length,
    after: last,
  };
}
