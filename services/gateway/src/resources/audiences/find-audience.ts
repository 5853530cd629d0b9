import { type AudienceItem, PulseError } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { nameParam } from "../name-param.ts";
import { readAudience } from "./audience-store.ts";

/** The audience a path names; `not_found` when the tenant has none by that name. */
export async function findAudience(
  db: Db,
  { tenant, params }: { tenant: string; params: { name: string } },
): Promise<{ id: string; view: AudienceItem }> {
  const found = await readAudience(db, { tenant, name: nameParam(params.name) });
  if (found === null) throw new PulseError("not_found", "There is no audience by this name.");
  return found;
}
