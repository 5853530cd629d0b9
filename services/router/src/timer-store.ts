import { deriveId, STAMP, type IdSecret } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { AcceptedEvent } from "./event.ts";

/**
 * Sets a timer for each event, which publishes its record again when `sendAt` has come. An event's timer has one id,
 * so that a repeat sets no second one.
 */
export async function setTimers(
  db: Db,
  secret: IdSecret,
  scheduled: { event: AcceptedEvent; sendAt: string }[],
): Promise<void> {
  if (scheduled.length === 0) return;
  const events = scheduled.map(({ event }) => event);
  await db.query(
    "router-set-timers",
    `insert into schedule.timers (id, tenant, due_at, topic, key, headers, value)
     select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[])
     order by 1
     on conflict (id) do nothing`,
    [
      events.map(({ tenant, acceptedAt, source, id }) =>
        deriveId(secret, tenant, acceptedAt, [source, id, "send-at"]),
      ),
      events.map((event) => event.tenant),
      scheduled.map(({ sendAt }) => sendAt),
      events.map((event) => event.record.topic),
      events.map((event) => event.record.key?.toString("utf8") ?? null),
      events.map((event) => dueHeaders(event)),
      events.map((event) => event.record.value),
    ],
  );
}

function dueHeaders({ record, revision }: AcceptedEvent): string {
  // `jsonb` cannot hold U+0000; no header of ours does.
  const headers = Object.entries(record.headers).filter(([, value]) => !value.includes("\0"));
  const stamps = { [STAMP.catalogRevision]: String(revision), [STAMP.due]: "1" };
  return JSON.stringify({ ...Object.fromEntries(headers), ...stamps });
}
