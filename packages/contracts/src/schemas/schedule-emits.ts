import { z } from "zod";
import { Lane } from "../lanes.ts";
import { AdhocEvent } from "./notification-request.ts";

/**
 * What a schedule publishes at each run, as the gateway checked it: a request, whose template and workflow are pinned
 * anew, or an event, its attributes as record headers.
 */
export const ScheduleEmits = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("notification"), event: AdhocEvent }),
  z.object({
    kind: z.literal("event"),
    lane: Lane,
    subject: z.string().optional(),
    attributes: z.record(z.string(), z.string()),
    data: z.record(z.string(), z.json()),
  }),
]);
export type ScheduleEmits = z.infer<typeof ScheduleEmits>;
