import { lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./is-public-address.ts";

export type Resolved = { address: string; family: number };
/** Asks for the addresses of a name; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly Resolved[]>;

/** The target leads where nobody outside may send us; `detail` says how and names no address. */
export class TargetRefused extends Error {
  readonly code = "ERR_TARGET_REFUSED";
}

export const resolveBySystem: Resolve = (hostname) => systemLookup(hostname, { all: true });

/** The addresses of a name; one among them that is not public refuses them all. */
export async function resolvePublic(hostname: string, resolve: Resolve): Promise<Resolved[]> {
  const found = await resolve(hostname);
  if (found.length === 0 || !found.every(({ address }) => isPublicAddress(address))) {
    throw new TargetRefused("the name leads to an address that is not public");
  }
  return [...found];
}

/** The same for sockets: they connect to the very addresses that were checked, so a later answer changes nothing. */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    void resolvePublic(hostname, resolve).then(
      (found) => {
        const [first] = found;
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? "", first?.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ""),
    );
  };
}
