import type { Time } from "./columns.ts";

/** Schema `ledger`: deliveries claimed and settled; owner: senders. */
export type LedgerTables = {
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
};
