import { consoleProvider, defineSender } from "@pulsecourier/sender";
import { apns } from "./providers/apns.ts";
import { fcm } from "./providers/fcm.ts";
import { webpush } from "./providers/webpush.ts";
import { checkPushAddress } from "./push-address.ts";

/** Sends push notifications through the accounts that `PUSH_PROVIDERS` lists, each to the tokens of its service. */
export const senderPush = defineSender({
  channel: "push",
  defaultPort: 8088,
  providers: [fcm, apns, webpush, consoleProvider],
  checkAddress: checkPushAddress,
});
