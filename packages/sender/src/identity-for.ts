import type { DeliveryIdentity, SenderIdentity } from "@pulsecourier/contracts";

/** Who a tenant is through an account: what it set for the account, else for the channel. */
export function identityFor(account: string, identity: DeliveryIdentity = {}): SenderIdentity {
  const { accounts, ...ofChannel } = identity;
  return { ...ofChannel, ...accounts?.[account] };
}
