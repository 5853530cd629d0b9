import type { Big, Json, Time } from "./columns.ts";

/** Schema `routing`: what the router has seen and decided. */
export type RoutingTables = {
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
