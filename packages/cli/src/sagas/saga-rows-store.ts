import { type IdSecret, sagaInput, SagaState } from "@pulsecourier/contracts";
import { type Db, textArray, uuidArray } from "@pulsecourier/db";
import { z } from "zod";
import type { SagaRows } from "./check-saga.ts";

const Events = z.array(
  z.object({
    type: z.string(),
    step: z.string().optional(),
    wave: z.number().optional(),
    at: z.number().optional(),
    armed: z.number().optional(),
  }),
);

type Row = {
  id: string;
  tenant: string;
  notification_id: string;
  version: number;
  outcome: string | null;
  state: string;
  updated_at: number;
  reservations: number;
  history: { seq: number; at: number; cause: string; events: string }[];
};

// One statement sees one moment: never a saga without the line of its history that made it so.
const COLUMNS = `
select i.id, i.tenant, i.notification_id, i.version, i.outcome, i.state,
  extract(epoch from i.updated_at + (schedule.now() - clock_timestamp()))::float8 * 1000 as updated_at,
  (select count(*)::int from saga.reservations r where r.saga_id = i.id) as reservations,
  array(select jsonb_build_object('seq', h.seq, 'at', round(extract(epoch from h.at) * 1000),
      'cause', h.cause, 'events', h.events)
    from saga.history h where h.saga_id = i.id order by h.seq) as history
from saga.instances i`;

/** Sagas, and the time by the platform's clock when they were read, ms since 1970. */
export type SagaPage = { sagas: SagaRows[]; now: number };

/** Those that exist of the sagas with these ids. */
export async function readSagaRows(
  db: Db,
  secret: IdSecret,
  ids: readonly string[],
): Promise<SagaPage> {
  const which = `${COLUMNS} where i.id = any($1::uuid[])`;
  return withTimers(db, secret, await db.query<Row>("saga-rows", which, [uuidArray(ids)]));
}

/** The next sagas in the order of their ids; the first when `after` is null. */
export async function readSagaPage(
  db: Db,
  secret: IdSecret,
  { after, limit }: { after: string | null; limit: number },
): Promise<SagaPage> {
  const next = `${COLUMNS} where $1::uuid is null or i.id > $1 order by i.id limit $2`;
  return withTimers(db, secret, await db.query<Row>("saga-rows-page", next, [after, limit]));
}

// Timers and the time are read after the sagas: a timer that has fired meanwhile is due, and so not missed.
async function withTimers(db: Db, secret: IdSecret, rows: readonly Row[]): Promise<SagaPage> {
  const sagas = rows.map((row) => ({ row, state: SagaState.parse(JSON.parse(row.state)) }));
  const timerOf = new Map(
    sagas.flatMap(({ row, state }) => {
      const id = timerId(secret, row, state);
      return id === null ? [] : [[row.id, id] as const];
    }),
  );
  const [there] = await db.query<{ now: number; ids: string[] }>(
    "saga-rows-timers",
    `select extract(epoch from schedule.now())::float8 * 1000 as now,
       array(select id from schedule.timers where id = any($1::uuid[])) as ids`,
    [uuidArray([...timerOf.values()])],
  );
  const timers = new Set(there?.ids);
  const stranded = await readStranded(db, sagas);
  return {
    now: there?.now ?? 0,
    sagas: sagas.map(({ row: { id, version, outcome, reservations, ...row }, state }) => ({
      id,
      version,
      outcome,
      state,
      updatedAt: row.updated_at,
      history: row.history.map((line) => ({
        ...line,
        events: Events.parse(JSON.parse(line.events)),
      })),
      hasTimer: timers.has(timerOf.get(id) ?? ""),
      reservations,
      isStranded: stranded.has(id),
    })),
  };
}

/** Those whose items wait in a digest without a running leader, all read at one moment. */
async function readStranded(
  db: Db,
  sagas: readonly { row: Row; state: SagaState }[],
): Promise<ReadonlySet<string>> {
  const waiting = sagas.flatMap(({ row, state }) => {
    const digest = state.at?.digest?.id;
    return digest === undefined ? [] : [{ id: row.id, digest }];
  });
  if (waiting.length === 0) return new Set();
  const rows = await db.query<{ id: string }>(
    "saga-rows-stranded",
    `select i.saga_id as id
     from unnest($1::text[], $2::uuid[]) as w (digest, saga_id)
     join saga.digest_items i on i.digest = w.digest and i.saga_id = w.saga_id
     where not exists (
       select from saga.digests d join saga.instances l on l.id = d.leader
       where d.digest = i.digest and l.outcome is null)`,
    [textArray(waiting.map(({ digest }) => digest)), uuidArray(waiting.map(({ id }) => id))],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The id its timer has as the orchestrator sets it; null when it waits for none. */
function timerId(secret: IdSecret, row: Row, { at }: SagaState): string | null {
  const armed = at?.timer?.armed;
  if (armed === undefined) return null;
  const of = { tenant: row.tenant, notificationId: row.notification_id };
  return sagaInput(secret, of, [String(armed)], { type: "timer", armed }).id;
}
