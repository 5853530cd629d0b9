import type { Json, Time } from "./columns.ts";

/** Schema `schedule`: what waits for its time. */
export type ScheduleTables = {
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
};
