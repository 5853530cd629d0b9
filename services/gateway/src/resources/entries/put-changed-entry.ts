import { isDeepStrictEqual } from "node:util";
import {
  type Definitions,
  type Entry,
  type EntryKind,
  getEntry,
  putEntry,
} from "@pulsecourier/catalog";
import { PulseError } from "@pulsecourier/contracts";
import type { GatewayContext } from "../../context.ts";
import type { Answer } from "../../http/route.ts";

type Put<Kind extends EntryKind> = {
  tenant: string;
  kind: Kind;
  name: string;
  definition: Definitions[Kind];
};

/**
 * Makes a definition the live version of its name: 201 with a new version, or 200 with the live one when it is equal,
 * in which case nothing is written. `isStale` tells of a live version that must be replaced even by an equal one.
 */
export async function putChangedEntry<Kind extends EntryKind>(
  { db, catalog }: Pick<GatewayContext, "db" | "catalog">,
  put: Put<Kind>,
  isStale: (live: Entry<Kind>) => Promise<boolean> = async () => false,
): Promise<Answer> {
  const live = await getEntry(db, put);
  if (
    live !== null &&
    isDeepStrictEqual(live.definition, put.definition) &&
    !(await isStale(live))
  ) {
    return { status: 200, body: live };
  }
  await putEntry(db, put);
  // What is posted from now on is stamped with a revision that has it.
  await catalog.current(put.tenant, { fresh: true });
  const written = await getEntry(db, put);
  // Deleted by somebody else in the same moment.
  if (written === null) throw new PulseError("not_found");
  return { status: 201, body: written };
}
