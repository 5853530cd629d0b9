import type { Generated } from "kysely";
import type { Big, Json, Time } from "./columns.ts";

/** Schema `inbox`: in-app items. */
export type InboxTables = {
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
