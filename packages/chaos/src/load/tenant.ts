import { SCOPES } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { createApiKey } from "@pulsecourier/gateway";
import type { Sender } from "./send-load.ts";

/** A tenant with a key that no rate limits. */
export async function makeTenant(db: Db, tenant: string): Promise<Sender> {
  await db.kysely
    .insertInto("gateway.tenants")
    .values({ id: tenant })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { key } = await createApiKey(db, {
    tenant,
    name: "chaos",
    scopes: [...SCOPES],
    unlimited: true,
  });
  return { tenant, apiKey: key };
}
