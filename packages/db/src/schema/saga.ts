import type { Generated } from "kysely";
import type { Big, Outbox, Time } from "./columns.ts";

/** Schema `saga`: running workflows, and what they share; owner: orchestrator. */
export type SagaTables = {
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
  "saga.outbox": Outbox;
  "saga.budgets": {
    tenant: string;
    name: string;
    starts_at: Date;
    ends_at: Date | null;
    used: Generated<string>;
    reserved: Generated<string>;
  };
  "saga.reservations": {
    saga_id: string;
    step: string;
    tenant: string;
    budget: string;
    starts_at: Date;
    amount: string;
  };
  "saga.digests": {
    digest: string;
    tenant: string;
    first_at_once: boolean;
    leader: string | null;
    closes_at: Date;
    latest_at: Date | null;
  };
  "saga.digest_items": {
    digest: string;
    position: Big;
    saga_id: string;
    notification_id: string;
    /** JSON text of an event's data. */
    item: string;
  };
  "saga.throttles": {
    tenant: string;
    scope: string;
    key: string;
    max: number;
    span: string;
    times: Date[];
    granted: number;
    expires_at: Date;
  };
};
