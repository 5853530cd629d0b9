import type { Service } from "@pulsecourier/runtime";
import { createSender, type SenderOverrides } from "@pulsecourier/sender";
import { checkAddress } from "./check-address.ts";
import { checkContent } from "./check-content.ts";
import type { SenderEmailConfig } from "./config.ts";
import { offerUnsubscribe } from "./offer-unsubscribe.ts";
import { emailProviders } from "./providers/index.ts";

/** Sends emails through the accounts that `EMAIL_PROVIDERS` lists. */
export function createSenderEmail(
  config: SenderEmailConfig,
  overrides?: SenderOverrides,
): Promise<Service> {
  return createSender({
    channel: "email",
    providers: emailProviders,
    config,
    port: config.SENDER_EMAIL_PORT,
    checkAddress,
    checkContent,
    prepare: ({ db }) => offerUnsubscribe(db, config.PUBLIC_URL),
    overrides,
  });
}
