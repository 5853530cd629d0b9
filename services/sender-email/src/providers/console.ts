import { defineProvider } from "@pulsecourier/sender";
import { z } from "zod";

/** Sends nothing: a log line takes the place of each mail. For development. */
export const consoleProvider = defineProvider({
  name: "console",
  env: z.object({}),
  create: (_env, { logger }) => ({
    send: ({ delivery, content }) => {
      const { subject, text, html } = content;
      const size = (text?.length ?? 0) + (html?.length ?? 0);
      logger.info(
        { deliveryId: delivery.id, subject, size },
        "a mail ends here: the console provider sends nothing",
      );
      return Promise.resolve({ kind: "sent" });
    },
  }),
});
