import type { Generated } from "kysely";
import type { Big, Json, Outbox, Time } from "./columns.ts";

/** Schema `gateway`: what the gateway writes. */
export type GatewayTables = {
  "gateway.secrets": { name: string; value: Buffer };
  "gateway.tenants": { id: string; sandbox: Generated<boolean>; created_at: Time };
  "gateway.api_keys": {
    id: string;
    tenant: string;
    name: string;
    prefix: string;
    hash: Buffer;
    scopes: string[];
    rate_per_second: number | null;
    unlimited: Generated<boolean>;
    created_at: Time;
    revoked_at: Date | null;
  };
  "gateway.idempotency": {
    tenant: string;
    key: string;
    fingerprint: Buffer;
    event_id: string;
    accepted_at: Big;
    state: "running" | "released" | "done";
    locked_until: Date;
    status: number | null;
    response: string | null;
    created_at: Time;
  };
  "gateway.outbox": Outbox;
  "gateway.unknown_receipts": {
    provider: string;
    event_id: string;
    kind: string;
    provider_message_id: string | null;
    reported_at: Date;
    received_at: Time;
  };
  "gateway.attachments": {
    object: string;
    tenant: string;
    id: string | null;
    filename: string;
    content_type: string;
    size: number;
    sha256: string | null;
    created_at: Time;
    expires_at: Date;
  };
  "gateway.callbacks": {
    tenant: string;
    name: string;
    url: string;
    events: string[];
    secret: Buffer;
    previous_secret: Buffer | null;
    previous_until: Date | null;
    enabled_at: Time;
    created_at: Time;
    updated_at: Time;
  };
  "gateway.budgets": {
    tenant: string;
    name: string;
    max: string;
    period: string | null;
    created_at: Time;
    updated_at: Time;
  };
  "gateway.stops": {
    id: Generated<string>;
    channel: string | null;
    account: string | null;
    tenant: string | null;
    reason: string;
    by: string;
    at: Time;
    lifted_at: Date | null;
    lifted_by: string | null;
  };
  "gateway.cancel_jobs": {
    id: string;
    tenant: string;
    filter: Json<unknown>;
    by: string;
    status: "running" | "done";
    after: string;
    up_to: string;
    scanned: Generated<number>;
    matched: Generated<number>;
    cancelled: Generated<number>;
    too_late: Generated<number>;
    created_at: Time;
    updated_at: Time;
  };
};
