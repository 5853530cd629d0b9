import type { DeliveryRecord } from "@pulsecourier/contracts";

/** What a device tells notifications apart by: of two with the same key the later takes the place of the other. */
export function collapseKey({ id, correction }: DeliveryRecord): string {
  return correction?.of ?? id;
}

/**
 * What the app gets instead of a notification when one is to disappear: the key of that one, which it takes away.
 * Null for what is shown.
 */
export function withdrawal(delivery: DeliveryRecord): { withdrawn: string } | null {
  return delivery.correction?.silent === true ? { withdrawn: collapseKey(delivery) } : null;
}
