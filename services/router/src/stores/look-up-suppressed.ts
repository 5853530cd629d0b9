import { addressesOf, type Channel, suppressionAddress } from "@pulsecourier/contracts";
import { type Db, findSuppressed, type SuppressibleAddress } from "@pulsecourier/db";
import { type Intent, mergeRecipient } from "../decide/intent.ts";
import type { DirectoryEntry } from "./directory-store.ts";

/** Why an address is on its tenant's suppression list; null when it is not. */
export type FindSuppressed = (tenant: string, channel: Channel, address: string) => string | null;

/** Looks up every address that intents may be sent to, all in one query. */
export async function lookUpSuppressed(
  db: Db,
  intents: readonly { intent: Intent; entry: DirectoryEntry }[],
): Promise<FindSuppressed> {
  const wanted: SuppressibleAddress[] = [];
  for (const { intent, entry } of intents) {
    const { event, candidates, failure } = intent.request;
    if (failure !== null) continue;
    const recipient = mergeRecipient(intent.recipient, entry.profile);
    for (const channel of candidates) {
      for (const address of addressesOf(channel, recipient)) {
        const kept = suppressionAddress(channel, address);
        if (kept !== null) wanted.push({ tenant: event.tenant, channel, address: kept });
      }
    }
  }
  const find = await findSuppressed(db, wanted);
  if (find === null) return nothing;
  return (tenant, channel, address) => {
    const kept = suppressionAddress(channel, address);
    return kept === null ? null : find({ tenant, channel, address: kept });
  };
}

const nothing: FindSuppressed = () => null;
