import { z } from "zod";

/**
 * What it means for the choice of channels, where none was named, that a recipient is connected over the WebSocket:
 * `ignored`, or that in-app comes before all their preferred channels.
 */
export const PresencePolicy = z.enum(["ignored", "inapp_first"]);
export type PresencePolicy = z.infer<typeof PresencePolicy>;
