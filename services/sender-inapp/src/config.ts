import { commonEnv, port } from "@pulsecourier/runtime";
import { senderEnv } from "@pulsecourier/sender";
import type { z } from "zod";

/** Environment of sender-inapp. The inbox is its only provider, so there are no accounts to list. */
export const senderInappConfig = senderEnv.extend({
  REDIS_URL: commonEnv.shape.REDIS_URL,
  SENDER_INAPP_PORT: port().default(8086).describe("Port of health and metrics"),
});
export type SenderInappConfig = z.output<typeof senderInappConfig>;
