import { url } from "@pulsecourier/runtime";
import { consoleProvider, defineSender } from "@pulsecourier/sender";
import { z } from "zod";
import { checkAddress } from "./check-address.ts";
import { checkContent } from "./check-content.ts";
import { offerUnsubscribe } from "./offer-unsubscribe.ts";
import { sendgrid } from "./providers/sendgrid.ts";
import { ses } from "./providers/ses.ts";
import { smtp } from "./providers/smtp.ts";

/** Sends emails through the accounts that `EMAIL_PROVIDERS` lists. */
export const senderEmail = defineSender({
  channel: "email",
  defaultPort: 8085,
  providers: [smtp, sendgrid, ses, consoleProvider],
  env: z.object({
    PUBLIC_URL: url("http", "https")
      .default("http://127.0.0.1:8080")
      .describe(
        "Where clients and recipients reach the gateway; base of links in answers and mails",
      ),
  }),
  checkAddress,
  checkContent,
  prepare: ({ db, env }) => offerUnsubscribe(db, env.PUBLIC_URL),
});
