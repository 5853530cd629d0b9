import { createSecretKey } from "node:crypto";
import type { DeliveryRecord } from "@pulsecourier/contracts";
import { type Db, loadSecret } from "@pulsecourier/db";
import type { Preparation } from "@pulsecourier/sender";
import { unsubscribeHeaders } from "@pulsecourier/templates";
import { SignJWT } from "jose";

const NOTHING: Preparation = {};

/**
 * Gives mails of categories that allow opting out their one-click headers (RFC 8058) and templates the variable
 * `unsubscribeUrl`. Only recipients with an id have preferences to change.
 */
export async function offerUnsubscribe(db: Db, publicUrl: string) {
  const key = createSecretKey(await loadSecret(db, "tokens"));
  return async ({ optOut, recipient, tenant, category }: DeliveryRecord): Promise<Preparation> => {
    if (!optOut || recipient.id === undefined || category === null) return NOTHING;
    const token = await new SignJWT({ tenant, category })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(recipient.id)
      .setAudience("unsubscribe")
      .sign(key);
    const url = new URL(`/v1/unsubscribe/${token}`, publicUrl).href;
    return { variables: { unsubscribeUrl: url }, headers: unsubscribeHeaders({ url }) };
  };
}
