import type { WorkflowDefinition } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

export type SagaRow = {
  id: string;
  notification_id: string;
  outcome: string | null;
  definition: string;
  state: string;
  created_at: Date;
  updated_at: Date;
  history: { seq: number; at: string; cause: string; events: string }[];
};

const MAX_HISTORY = 1_000;

// One statement sees one moment: never a state whose input is missing from the history.
const READ = `
select id, notification_id, outcome, definition, state, created_at, updated_at,
  array(select jsonb_build_object('seq', seq, 'at', at, 'cause', cause, 'events', events)
    from saga.history where saga_id = $2 order by seq limit ${MAX_HISTORY}) as history
from saga.instances where tenant = $1 and id = $2`;

/** A saga of the tenant with its history, oldest first; null when there is none. */
export async function readSaga(db: Db, tenant: string, id: string): Promise<SagaRow | null> {
  const [row] = await db.query<SagaRow>("read-saga", READ, [tenant, id]);
  return row ?? null;
}

/** The workflow a saga of the tenant began with; null when it has not begun, or there is none. */
export async function readDefinition(
  db: Db,
  tenant: string,
  id: string,
): Promise<WorkflowDefinition | null> {
  const [row] = await db.query<{ definition: string }>(
    "read-saga-definition",
    "select definition from saga.instances where tenant = $1 and id = $2",
    [tenant, id],
  );
  // As the orchestrator wrote it.
  return row === undefined ? null : (JSON.parse(row.definition) as WorkflowDefinition);
}
