import { consoleProvider, defineSender } from "@pulsecourier/sender";
import { checkAddress } from "./check-address.ts";
import { telegram } from "./providers/telegram.ts";

/** Sends Telegram messages through the accounts that `TELEGRAM_PROVIDERS` lists. */
export const senderTelegram = defineSender({
  channel: "telegram",
  defaultPort: 8090,
  providers: [telegram, consoleProvider],
  checkAddress,
});
