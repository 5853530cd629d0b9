import { randomUUID } from "node:crypto";
import { type ApiKeyInput, type ApiKeyView, Scope } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { type ApiKey, hashKey, mintKey, prefixOf } from "./api-key.ts";

export type StoredKey = { key: ApiKey; hash: Buffer };

/** The usable key with this prefix. */
export async function readKey(db: Db, prefix: string): Promise<StoredKey | null> {
  const [row] = await db.query<KeyRow>(
    "read-api-key",
    `select id, tenant, hash, scopes, rate_per_second, unlimited from gateway.api_keys
      where prefix = $1 and revoked_at is null`,
    [prefix],
  );
  if (!row) return null;
  const { id, tenant, rate_per_second: ratePerSecond, unlimited } = row;
  return {
    key: { id, tenant, scopes: Scope.array().parse(row.scopes), ratePerSecond, unlimited },
    hash: row.hash,
  };
}

type KeyRow = {
  id: string;
  tenant: string;
  hash: Buffer;
  scopes: string[];
  rate_per_second: number | null;
  unlimited: boolean;
};

/** `key` fixes the text, `pc_<prefix>_<secret>`; left out, one is made. */
export type NewKey = ApiKeyInput & { tenant: string; unlimited?: boolean; key?: string };

/**
 * Stores a key's hash and answers its text, which is never shown again. A `key` given is stored as it is; one
 * with the same prefix is replaced, so that a development platform keeps its key over restarts.
 */
export async function createApiKey(db: Db, input: NewKey): Promise<{ id: string; key: string }> {
  const key = input.key ?? mintKey();
  const prefix = prefixOf(key);
  if (prefix === null) throw new Error("a key has the form pc_<prefix>_<secret>");
  const values = {
    tenant: input.tenant,
    name: input.name,
    hash: hashKey(key),
    scopes: input.scopes,
    rate_per_second: input.ratePerSecond ?? null,
    unlimited: input.unlimited ?? false,
  };
  const insert = db.kysely
    .insertInto("gateway.api_keys")
    .values({ id: randomUUID(), prefix, ...values });
  const row = await insert
    .$if(input.key !== undefined, (query) =>
      query.onConflict((conflict) =>
        conflict.column("prefix").doUpdateSet({ ...values, revoked_at: null }),
      ),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id: row.id, key };
}

/** All keys of a tenant, newest first; revoked ones included. */
export async function listApiKeys(db: Db, tenant: string): Promise<ApiKeyView[]> {
  const rows = await db.kysely
    .selectFrom("gateway.api_keys")
    .select(["id", "name", "prefix", "scopes", "rate_per_second", "created_at", "revoked_at"])
    .where("tenant", "=", tenant)
    .orderBy("created_at", "desc")
    .limit(1_000)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: Scope.array().parse(row.scopes),
    ratePerSecond: row.rate_per_second,
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }));
}

/** Revokes a key of the tenant; its prefix, or null when there is none by this id. Repeating it is harmless. */
export async function revokeApiKey(db: Db, tenant: string, id: string): Promise<string | null> {
  const rows = await db.query<{ prefix: string }>(
    "revoke-api-key",
    `update gateway.api_keys set revoked_at = coalesce(revoked_at, now())
      where tenant = $1 and id::text = $2 returning prefix`,
    [tenant, id],
  );
  return rows[0]?.prefix ?? null;
}
