import type { Scope } from "@pulsecourier/contracts";
import { createDb, type Db } from "@pulsecourier/db";
import { createApiKey, listApiKeys, revokeApiKey } from "@pulsecourier/gateway";
import { databaseUrl } from "../connect.ts";
import { messageOf } from "../message-of.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

type KeyOptions = { json: boolean; tenant: string };

/** `pulse keys create <name>`: makes a key and its tenant where missing; the key is shown this once. */
export function createKey(
  name: string,
  options: KeyOptions & { scopes: Scope[] },
): Promise<number> {
  return withDb(async (db) => {
    await db.kysely
      .insertInto("gateway.tenants")
      .values({ id: options.tenant })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const made = await createApiKey(db, { tenant: options.tenant, name, scopes: options.scopes });
    print(
      options.json,
      made,
      () => `${made.key}\n(shown this once; revoke it with: pulse keys revoke ${made.id})`,
    );
    return 0;
  });
}

/** `pulse keys list`: the keys of a tenant, without their secrets. */
export function listKeys(options: KeyOptions): Promise<number> {
  return withDb(async (db) => {
    const keys = await listApiKeys(db, options.tenant);
    print(options.json, keys, () =>
      table(
        ["id", "name", "prefix", "scopes", "created", "revoked"],
        keys.map((key) => [
          key.id,
          key.name,
          key.prefix,
          key.scopes.join(","),
          key.createdAt,
          key.revokedAt ?? "",
        ]),
      ),
    );
    return 0;
  });
}

/** `pulse keys revoke <id>`: 1 when the tenant has no such key. */
export function revokeKey(id: string, options: KeyOptions): Promise<number> {
  return withDb(async (db) => {
    const revoked = await revokeApiKey(db, options.tenant, id);
    print(options.json, { id, revoked }, () =>
      revoked ? `revoked ${id}` : `tenant ${options.tenant} has no key ${id}`,
    );
    return revoked ? 0 : 1;
  });
}

async function withDb(act: (db: Db) => Promise<number>): Promise<number> {
  const db = createDb({ url: databaseUrl(), max: 1, onError: () => undefined });
  try {
    return await act(db);
  } catch (error) {
    throw new Error(`The database answers: ${messageOf(error)}`, { cause: error });
  } finally {
    await db.close();
  }
}
