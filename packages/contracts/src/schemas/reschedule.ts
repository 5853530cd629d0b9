import { z } from "zod";

/** Body of `PATCH /v1/notifications/{id}`. */
export const Reschedule = z.strictObject({ sendAt: z.iso.datetime({ offset: true }) });
export type Reschedule = z.infer<typeof Reschedule>;
