import { port } from "@pulsecourier/runtime";
import { senderEnv, withProviders } from "@pulsecourier/sender";
import { z } from "zod";

/** Environment of sender-inapp. The inbox is its only provider, for sandbox tenants too: it is nobody's outside. */
export const senderInappConfig = withProviders(
  senderEnv.extend({
    SENDER_INAPP_PORT: port().default(8086).describe("Port of health and metrics"),
  }),
  { channel: "inapp", providers: [{ name: "inbox", env: z.object({}) }], defaultProvider: "inbox" },
);
export type SenderInappConfig = z.output<typeof senderInappConfig>;
