import type { SagaRequest, SagaState, WorkflowDefinition } from "@pulsecourier/contracts";
import { type Db, textArray, uuidArray } from "@pulsecourier/db";
import { INITIAL, type Saga } from "../decide/saga.ts";

type Row = {
  id: string;
  tenant: string;
  notification_id: string;
  version: number;
  request: string;
  definition: string;
  state: string;
};

/** The sagas that exist, by id. */
export async function readSagas(db: Db, ids: readonly string[]): Promise<Map<string, Saga>> {
  const rows = await db.query<Row>(
    "saga-read",
    `select id, tenant, notification_id, version, request, definition, state
     from saga.instances where id = any($1::uuid[])`,
    [uuidArray(ids)],
  );
  return new Map(rows.map((row) => [row.id, toSaga(row)]));
}

/** What `writeSagas` wrote. */
function toSaga({ notification_id: notificationId, ...row }: Row): Saga {
  const request: SagaRequest = JSON.parse(row.request);
  const definition: WorkflowDefinition = JSON.parse(row.definition);
  // One written before there was a part of it has none of that.
  const state: SagaState = { ...INITIAL, ...JSON.parse(row.state) };
  return { ...row, notificationId, request, definition, state };
}

/** Those of the inputs that have changed their saga already. */
export async function readTaken(
  db: Db,
  inputs: readonly { id: string; sagaId: string }[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    "saga-read-taken",
    `select h.input_id as id
     from unnest($1::uuid[], $2::uuid[]) as i (saga_id, input_id)
     join saga.history h on h.saga_id = i.saga_id and h.input_id = i.input_id`,
    [uuidArray(inputs.map(({ sagaId }) => sagaId)), uuidArray(inputs.map(({ id }) => id))],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Those of the notifications that were cancelled, the pauses of workflows of these tenants, and the platform's clock, ms
 * since 1970.
 */
export async function readMoment(
  db: Db,
  of: { notificationIds: readonly string[]; tenants: readonly string[] },
): Promise<Moment> {
  type Found = { now: number; cancelled: string[]; pauses: PausedWorkflow[] };
  const [row] = await db.query<Found>(
    "saga-read-moment",
    `select extract(epoch from schedule.now())::float8 * 1000 as now,
       array(select notification_id from ledger.tombstones where notification_id = any($1::uuid[])) as cancelled,
       (select coalesce(json_agg(json_build_object('id', id, 'tenant', tenant, 'name', name)), '[]')
        from catalog.pauses where tenant = any($2::text[]) and kind = 'workflow' and until is null) as pauses`,
    [uuidArray(of.notificationIds), textArray(of.tenants)],
  );
  if (row === undefined) throw new Error("Postgres gave no row for its clock");
  const { cancelled, pauses } = row;
  return {
    cancelled: new Set(cancelled),
    // Rounded up: a timer is never early.
    now: Math.ceil(row.now),
    pauseOf: ({ tenant, request: { summary } }) => {
      const is = (one: PausedWorkflow) =>
        one.tenant === tenant && one.name === summary.workflow?.name;
      return pauses.find(is)?.id ?? null;
    },
  };
}

type PausedWorkflow = { id: string; tenant: string; name: string };

export type Moment = {
  cancelled: ReadonlySet<string>;
  now: number;
  /** The pause of the saga's workflow; null when it goes on. */
  pauseOf: (saga: Pick<Saga, "tenant" | "request">) => string | null;
};
