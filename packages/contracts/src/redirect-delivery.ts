import type { DeliveryRecord } from "./schemas/delivery.ts";
import type { RedirectAddresses } from "./schemas/tenant-settings.ts";

type Redirectable = Pick<
  DeliveryRecord,
  "channel" | "address" | "moreAddresses" | "sandbox" | "redirected"
>;

/**
 * The delivery as the sandbox sends it: to the channel's address in `to`, through the accounts that are for real; or,
 * where the channel has none, through the sandbox accounts. The inbox is nobody's outside: without an address of its own
 * it is left alone. Ids, keys and the recipient stay.
 */
export function redirectDelivery<Of extends Redirectable>(delivery: Of, to: RedirectAddresses): Of {
  const address = to[delivery.channel];
  if (address !== undefined)
    return {
      ...delivery,
      address,
      moreAddresses: undefined,
      sandbox: false,
      redirected: "address",
    };
  if (delivery.channel === "inapp" || delivery.sandbox) return delivery;
  return { ...delivery, sandbox: true, redirected: "accounts" };
}
