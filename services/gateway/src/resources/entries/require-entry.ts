import { getEntry } from "@pulsecourier/catalog";
import { PulseError } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Needed = {
  tenant: string;
  kind: "template" | "workflow";
  /** Nothing is needed when left out. */
  name: string | undefined;
  /** Where the definition names it; default: a field called as the kind. */
  pointer?: string;
};

/** Refuses a definition that names what is not live: `unknown_template` or `unknown_workflow`. */
export async function requireEntry(db: Db, needed: Needed): Promise<void> {
  const { tenant, kind, name, pointer = `/${kind}` } = needed;
  if (name === undefined || (await getEntry(db, { tenant, kind, name })) !== null) return;
  const problems = [{ pointer, detail: `there is no ${kind} \`${name}\`` }];
  throw new PulseError(`unknown_${kind}`, undefined, { problems });
}
