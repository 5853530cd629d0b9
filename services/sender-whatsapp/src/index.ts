import { checkPhone, consoleProvider, defineSender } from "@pulsecourier/sender";
import { whatsapp } from "./providers/whatsapp.ts";

/** Sends WhatsApp messages through the accounts that `WHATSAPP_PROVIDERS` lists. */
export const senderWhatsapp = defineSender({
  channel: "whatsapp",
  defaultPort: 8091,
  providers: [whatsapp, consoleProvider],
  checkAddress: checkPhone,
});
