import type { Generated } from "kysely";
import type { Big, Json, Time } from "./columns.ts";

/** Schema `directory`: recipients and what they want; audiences. */
export type DirectoryTables = {
  "directory.recipients": {
    tenant: string;
    id: string;
    profile: Json<unknown>;
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
};
