import { defineSender } from "@pulsecourier/sender";
import { checkAddress } from "./check-address.ts";
import { http } from "./providers/http.ts";

/** POSTs signed messages to URLs of recipients, and tenants' status callbacks. */
export const senderWebhook = defineSender({
  channel: "webhook",
  defaultPort: 8093,
  providers: [http],
  checkAddress,
});
