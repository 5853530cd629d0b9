import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { SagaRequest } from "./saga-input.ts";

/** Value of the event that ends the quiet hours of a recipient: decide again about the channels that were held. */
export const HeldRequest = z.object({
  notificationId: z.guid(),
  channels: z.array(ChannelName).min(1),
  request: SagaRequest,
});
export type HeldRequest = z.infer<typeof HeldRequest>;
