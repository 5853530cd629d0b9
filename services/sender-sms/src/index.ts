import { checkPhone, consoleProvider, defineSender } from "@pulsecourier/sender";
import { twilio } from "./providers/twilio.ts";
import { vonage } from "./providers/vonage.ts";

/** Sends text messages through the accounts that `SMS_PROVIDERS` lists. */
export const senderSms = defineSender({
  channel: "sms",
  defaultPort: 8087,
  providers: [twilio, vonage, consoleProvider],
  checkAddress: checkPhone,
});
