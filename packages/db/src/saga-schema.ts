import type { ColumnType } from "kysely";

/** `timestamptz` reads as Date and is written as Date or left to its default. */
type Time = ColumnType<Date, Date | undefined, Date>;

/** Tables of sagas, and of the events they listen for. */
export type SagaSchema = {
  "saga.instances": {
    id: string;
    tenant: string;
    notification_id: string;
    version: number;
    outcome: string | null;
    /** JSON texts of a `SagaRequest`, a `WorkflowDefinition` and the orchestrator's own state. */
    request: string;
    definition: string;
    state: string;
    created_at: Time;
    updated_at: Time;
  };
  "saga.history": {
    saga_id: string;
    seq: number;
    input_id: string;
    at: Date;
    cause: string;
    events: string;
  };
  "saga.awaited": {
    tenant: string;
    type: string;
    key: string;
    saga_id: string;
    notification_id: string;
  };
  "routing.signals": {
    tenant: string;
    type: string;
    key: string;
    source: string;
    event_id: string;
    /** JSON text of a `SignalEvent`. */
    event: string;
    at: Date;
  };
};
