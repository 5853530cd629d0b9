import { type Db, textArray, uuidArray } from "@pulsecourier/db";

/** An event that workflows listen for, by the key they know it by. */
export type KeptSignal = {
  tenant: string;
  type: string;
  key: string;
  source: string;
  eventId: string;
  /** JSON text of a `SignalEvent`. */
  event: string;
};

// What is too old to be told to anybody goes as new ones come.
const KEEP = `
with old as (
  delete from routing.signals where ctid = any(array(
    select ctid from routing.signals where at < schedule.now() - interval '1 hour'
    order by at limit 1000 for update skip locked))
)
insert into routing.signals (tenant, type, key, source, event_id, event, at)
select i.*, schedule.now()
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as i
order by 1, 2, 3, 4, 5
on conflict do nothing`;

/** Keeps events for an hour, for sagas that start after them. */
export async function keepSignals(db: Db, signals: readonly KeptSignal[]): Promise<void> {
  await db.query("router-keep-signals", KEEP, [
    textArray(signals.map(({ tenant }) => tenant)),
    textArray(signals.map(({ type }) => type)),
    textArray(signals.map(({ key }) => key)),
    textArray(signals.map(({ source }) => source)),
    textArray(signals.map(({ eventId }) => eventId)),
    textArray(signals.map(({ event }) => event)),
  ]);
}

/** Sagas found for one key at once. */
const PAGE = 200;
const NIL = "00000000-0000-0000-0000-000000000000";

const LISTENING = `
select i.n::int as n, a.saga_id, a.notification_id
from unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) with ordinality as i (tenant, type, key, after, n), lateral (
  select saga_id, notification_id from saga.awaited w
  where w.tenant = i.tenant and w.type = i.type and w.key = i.key and w.saga_id > i.after
  order by saga_id limit ${PAGE}) as a
order by i.n, a.saga_id`;

type Row = { n: number; saga_id: string; notification_id: string };

/** Yields the notifications whose sagas listen for these, page by page, each with its signal. */
export async function* findListening<Signal extends Pick<KeptSignal, "tenant" | "type" | "key">>(
  db: Db,
  signals: readonly Signal[],
): AsyncGenerator<{ signal: Signal; notificationId: string }[]> {
  let left = signals.map((signal) => ({ signal, after: NIL }));
  while (left.length > 0) {
    const asked = left;
    const rows = await db.query<Row>("router-find-listening", LISTENING, [
      textArray(asked.map(({ signal }) => signal.tenant)),
      textArray(asked.map(({ signal }) => signal.type)),
      textArray(asked.map(({ signal }) => signal.key)),
      uuidArray(asked.map(({ after }) => after)),
    ]);
    const found = Map.groupBy(rows, ({ n }) => n);
    yield rows.flatMap(({ n, notification_id: notificationId }) => {
      const signal = asked[n - 1]?.signal;
      return signal === undefined ? [] : [{ signal, notificationId }];
    });
    left = asked.flatMap(({ signal }, index) => {
      const page = found.get(index + 1) ?? [];
      const after = page.at(-1)?.saga_id;
      return after === undefined || page.length < PAGE ? [] : [{ signal, after }];
    });
  }
}
