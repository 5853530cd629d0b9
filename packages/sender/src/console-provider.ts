import { z } from "zod";
import { defineProvider } from "./provider.ts";

/** Sends nothing: a log line takes the place of each message. For development, in every channel. */
export const consoleProvider = defineProvider({
  name: "console",
  env: z.object({}),
  create: (_env, { logger }) => ({
    send: ({ delivery: { id, channel }, content, attachments }) => {
      const lengths = Object.entries(content).map(([field, value]) => [field, value.length]);
      logger.info(
        {
          deliveryId: id,
          channel,
          characters: Object.fromEntries(lengths),
          ...(attachments.length > 0 && { attachments: attachments.length }),
        },
        "a message ends here: the console provider sends nothing",
      );
      return Promise.resolve({ kind: "sent" });
    },
  }),
});
