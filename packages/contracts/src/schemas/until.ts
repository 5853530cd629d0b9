import { z } from "zod";

/** What ends the wait for a channel: it was sent, the provider reported it delivered, or it was read. */
export const Until = z.enum(["sent", "delivered", "read"]);
export type Until = z.infer<typeof Until>;

/** How long a channel has to get as far as `until`, when nothing else is said. */
export const DEFAULT_WITHIN = "PT10M";
