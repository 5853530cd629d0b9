import { port, url } from "@pulsecourier/runtime";
import { senderEnv, withProviders } from "@pulsecourier/sender";
import type { z } from "zod";
import { emailProviders } from "./providers/index.ts";

/** Environment of sender-email; the accounts' own variables are declared by their providers. */
export const senderEmailConfig = withProviders(
  senderEnv.extend({
    SENDER_EMAIL_PORT: port().default(8085).describe("Port of health and metrics"),
    PUBLIC_URL: url("http", "https")
      .default("http://127.0.0.1:8080")
      .describe(
        "Where clients and recipients reach the gateway; base of links in answers and mails",
      ),
  }),
  { channel: "email", providers: emailProviders },
);
export type SenderEmailConfig = z.output<typeof senderEmailConfig>;
