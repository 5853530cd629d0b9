import type { Db } from "@pulsecourier/db";
import type { AcceptedEvent, IncomingEvent } from "../read/event.ts";

type Row = { at: number; accepted_at: string; revision: string };

/**
 * Fixes accept time and catalog revision of events that rules decide on: what is stored first counts, for a repeat of
 * the event too. The accept time is the stamped one, else the database's now. The revision is the tenant's current one,
 * never older than what the gateway stamped: another gateway's PUT just before the event counts too.
 */
export async function acceptEvents(
  db: Db,
  events: IncomingEvent[],
): Promise<ReadonlyMap<IncomingEvent, { acceptedAt: number; revision: number }>> {
  if (events.length === 0) return new Map();
  // One row a key, since a statement cannot touch a row twice, in key order, so that two routers cannot deadlock.
  const unique = new Map<string, IncomingEvent>();
  for (const event of events) {
    const key = eventKey(event);
    if (!unique.has(key)) unique.set(key, event);
  }
  const keys = [...unique.keys()].toSorted();
  const sorted = keys.flatMap((key) => unique.get(key) ?? []);
  const rows = await db.query<Row>(
    "router-accept-events",
    `with seen as (
       insert into routing.events (tenant, source, event_id, type, accepted_at, catalog_revision)
       select i.tenant, i.source, i.id, i.type,
         coalesce(i.accepted_at, (extract(epoch from clock_timestamp()) * 1000)::bigint),
         coalesce(r.revision, 0)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
         with ordinality as i (tenant, source, id, type, accepted_at, at)
       left join catalog.revisions r on r.tenant = i.tenant
       order by i.at
       on conflict (tenant, source, event_id) do update set type = routing.events.type
       returning tenant, source, event_id, accepted_at, catalog_revision
     )
     select i.at::int, seen.accepted_at, seen.catalog_revision as revision
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i (tenant, source, id, at)
     join seen on seen.tenant = i.tenant and seen.source = i.source and seen.event_id = i.id`,
    [
      sorted.map((event) => event.tenant),
      sorted.map((event) => event.source),
      sorted.map((event) => event.id),
      sorted.map((event) => event.type),
      sorted.map((event) => event.stamp.acceptedAt),
    ],
  );
  const stored = new Map(rows.map((row) => [keys[row.at - 1] ?? "", row]));
  const fixed = new Map<IncomingEvent, { acceptedAt: number; revision: number }>();
  for (const event of events) {
    const row = stored.get(eventKey(event));
    if (row === undefined) throw new Error("Postgres gave no row for an event it stored");
    fixed.set(event, { acceptedAt: Number(row.accepted_at), revision: Number(row.revision) });
  }
  return fixed;
}

/** What the rules said of an event: which matched, which did not and why. */
export type RuleOutcome = {
  rule: string;
  version: number;
  /** `waiting`: it is paused, and decides when it no longer is. */
  result: "match" | "no_match" | "error" | "waiting";
  recipients?: number;
  /** One for each audience. */
  fanouts?: { id: string; audience: string }[];
  reasons?: string[];
  error?: { code: string; message: string };
};

export type EventDecision = { event: AcceptedEvent; rules: RuleOutcome[] };

/** Keeps what was decided, so that "why was nothing sent" has an answer. A repeat decides the same. */
export async function storeDecisions(db: Db, decisions: EventDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  const unique = new Map(decisions.map((decision) => [eventKey(decision.event), decision]));
  const sorted = [...unique]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, decision]) => decision);
  await db.query(
    "router-store-decisions",
    `update routing.events e set decision = i.decision::jsonb
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as i (tenant, source, id, decision)
     where e.tenant = i.tenant and e.source = i.source and e.event_id = i.id`,
    [
      sorted.map(({ event }) => event.tenant),
      sorted.map(({ event }) => event.source),
      sorted.map(({ event }) => event.id),
      sorted.map(({ rules }) => toJsonb({ rules })),
    ],
  );
}

/** What a rule decided about an event that had waited for it takes the place of its waiting. */
export async function storeParkedDecisions(
  db: Db,
  decisions: readonly EventDecision[],
): Promise<void> {
  const outcomes = decisions.flatMap(({ event, rules }) => rules.map((rule) => ({ event, rule })));
  for (const { event, rule } of outcomes) {
    await db.query(
      "router-store-parked-decision",
      `update routing.events set decision = jsonb_build_object('rules', coalesce(
         (select jsonb_agg(case when r ->> 'rule' = $4 then $5::jsonb else r end)
          from jsonb_array_elements(decision -> 'rules') as r), jsonb_build_array($5::jsonb)))
       where tenant = $1 and source = $2 and event_id = $3`,
      [event.tenant, event.source, event.id, rule.rule, toJsonb(rule)],
    );
  }
}

/** Text from rules may hold what `jsonb` refuses: U+0000 and halves of surrogate pairs. */
function toJsonb(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "string" ? member.replaceAll("\0", "").toWellFormed() : member,
  );
}

function eventKey({ tenant, source, id }: IncomingEvent): string {
  return `${tenant}\0${source}\0${id}`;
}
