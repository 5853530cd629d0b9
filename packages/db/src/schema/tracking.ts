import type { Big, Json } from "./columns.ts";

/** Schema `tracking`: statuses and timelines; owner: tracker. */
export type TrackingTables = {
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
};
