import { addresseesOf, type NotificationRequest } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { findAudiences } from "../resources/audiences/audience-store.ts";

const NONE: ReadonlySet<string> = new Set();

/** Which of the audiences these requests name there are; asks nobody when they name none. */
export async function knownAudiences(
  tenant: string,
  requests: readonly Pick<NotificationRequest, "to">[],
  db: Db,
): Promise<ReadonlySet<string>> {
  const named = requests.flatMap((request) => addresseesOf(request).audiences);
  if (named.length === 0) return NONE;
  return findAudiences(db, tenant, [...new Set(named.map(({ audience }) => audience))]);
}
