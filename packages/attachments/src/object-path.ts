import { hash } from "node:crypto";
import type { ObjectKey } from "./store.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The path of an object below the store's root: `<hash of the tenant>/<object>`. Nothing a client chose is in it, and
 * an object is only found under its own tenant. Throws when the object is no UUID.
 */
export function objectPath({ tenant, object }: ObjectKey): string {
  if (!UUID.test(object)) throw new Error("the id of an object is not a UUID");
  return `${hash("sha256", tenant, "hex").slice(0, 32)}/${object}`;
}
