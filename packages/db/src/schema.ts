import type { ColumnType, Generated } from "kysely";
import type { SagaSchema } from "./saga-schema.ts";

/** `timestamptz` reads as Date and is written as Date or left to its default. */
type Time = ColumnType<Date, Date | undefined, Date>;
/** `jsonb` reads parsed and is written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
/** `bigint` reads as text, since it can exceed 2^53. */
type Big = ColumnType<string, string | number, string | number>;

/** Records committed with what they tell of, until Kafka has them. */
type Outbox = {
  id: Generated<string>;
  topic: string;
  key: string | null;
  headers: Json<Record<string, string>>;
  value: Buffer;
  created_at: Time;
};

/** Every table, by schema-qualified name; one writer each, timers and inbox excepted. */
export type Database = SagaSchema & {
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
  "catalog.revisions": { tenant: string; revision: Big };
  "catalog.entries": {
    tenant: string;
    kind: "template" | "rule" | "category" | "workflow" | "settings";
    name: string;
    version: number;
    since: Big;
    until: Big | null;
    definition: Json<unknown>;
    created_at: Time;
  };
  "directory.recipients": {
    tenant: string;
    id: string;
    profile: Json<unknown>;
    created_at: Time;
    updated_at: Time;
  };
  "catalog.pauses": {
    id: Generated<string>;
    tenant: string;
    kind: "rule" | "workflow";
    name: string;
    events: "wait" | "skip";
    since: Big;
    until: Big | null;
    by: string;
    at: Time;
    resumed_at: Date | null;
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
  "directory.preferences": {
    tenant: string;
    recipient: string;
    preferences: Json<unknown>;
    updated_at: Time;
  };
  "directory.suppressions": {
    id: Generated<string>;
    tenant: string;
    channel: string;
    address: string;
    reason: string;
    provider: string;
    at: Date;
    until: Date | null;
    lifted_at: Date | null;
  };
  "directory.audiences": {
    id: Generated<string>;
    tenant: string;
    name: string;
    description: string | null;
    open: boolean;
    created_at: Time;
    updated_at: Time;
  };
  "directory.members": { audience: Big; recipient: string; added_at: Time };
  "routing.events": {
    tenant: string;
    source: string;
    event_id: string;
    accepted_at: Big;
    catalog_revision: Big;
    type: string;
    decision: Json<unknown> | null;
  };
  "routing.frequency": {
    tenant: string;
    recipient: string;
    category: string;
    cap: number;
    ids: string[];
    at: Date[];
    until: Date;
  };
  "routing.fanouts": {
    id: string;
    tenant: string;
    event_id: string;
    /** Empty for ad-hoc requests. */
    rule: string;
    audience: string;
    /** Null when the tenant had no such audience. */
    audience_id: Big | null;
    lane: "critical" | "normal" | "bulk";
    status: "running" | "completed" | "cancelled" | "failed";
    /** The last member of the last page that was written. */
    reached: string | null;
    expanded: Big;
    pages: number;
    accepted_at: Big;
    catalog_revision: Big;
    /** The event's record, its headers as JSON text; emptied at the end. */
    headers: string;
    value: Buffer;
    created_at: Time;
    updated_at: Time;
  };
  "ledger.deliveries": {
    id: string;
    tenant: string;
    state: "calling" | "sent" | "retry" | "waiting" | "failed" | "cancelled" | "expired";
    redrive: number;
    attempt: number;
    owner: string | null;
    lease_until: Date | null;
    next_at: Date | null;
    provider: string | null;
    provider_message_id: string | null;
    error_code: string | null;
    devices: string | null;
    possible_duplicates: number;
    updated_at: Time;
  };
  /** `notification_id` is a notification's, or that of a single delivery of a saga's. */
  "ledger.tombstones": { notification_id: string; tenant: string; created_at: Time };
  "schedule.timers": {
    id: string;
    tenant: string;
    due_at: Date;
    topic: string;
    key: string | null;
    headers: Json<Record<string, string>>;
    value: Buffer;
    created_at: Time;
    /** Due early when one of these stops is lifted. */
    held_by: string[] | null;
  };
  "tracking.notifications": {
    tenant: string;
    id: string;
    version: number;
    status: string;
    event_id: string | null;
    recipient: string | null;
    channels: string[];
    /** JSON text of a `NotificationView` without its timeline. */
    view: string;
    created_at: Date;
    updated_at: Date;
  };
  "tracking.timeline": {
    notification_id: string;
    id: string;
    tenant: string;
    at: Date;
    fact: string;
  };
  "tracking.dead_letters": {
    topic: string;
    partition: number;
    offset: Big;
    tenant: string | null;
    notification_id: string | null;
    delivery_id: string | null;
    channel: string | null;
    provider: string | null;
    origin_topic: string;
    reason: string;
    error_code: string;
    error_message: string;
    redrive: number;
    failed_at: Date;
    redriven_at: Date | null;
    key: Buffer | null;
    headers: Json<Record<string, string>>;
    value: Buffer | null;
  };
  "tracking.callback_health": {
    tenant: string;
    name: string;
    failing_since: Date | null;
    last_error: string | null;
    disabled_at: Date | null;
    disabled_reason: string | null;
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
  "inbox.heads": {
    tenant: string;
    recipient: string;
    seq: Generated<string>;
    unread: Generated<number>;
  };
  "inbox.items": {
    tenant: string;
    recipient: string;
    seq: Big;
    id: string;
    notification_id: string;
    title: string;
    body: string | null;
    data: Json<Record<string, unknown>>;
    created_at: Time;
    read_at: Date | null;
    archived_at: Date | null;
    retracted_at: Date | null;
  };
};
