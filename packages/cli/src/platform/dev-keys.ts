import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCOPES } from "@pulsecourier/contracts";
import { createDb } from "@pulsecourier/db";
import { createApiKey } from "@pulsecourier/gateway";

export type DevKeys = { apiKey: string; sampleApiKey: string };

/**
 * Keys without a rate limit for the default tenant and for `sample`, a sandbox tenant whose messages go to the
 * simulator whatever providers are configured.
 */
export async function prepareKeys(dataDir: string, databaseUrl: string): Promise<DevKeys> {
  const keys = { apiKey: keyOf(dataDir, "dev"), sampleApiKey: keyOf(dataDir, "sample") };
  const db = createDb({ url: databaseUrl, max: 2, onError: () => undefined });
  try {
    await db.query(
      "sample-tenant",
      "insert into gateway.tenants (id, sandbox) values ('sample', true) on conflict (id) do nothing",
      [],
    );
    const key = { scopes: [...SCOPES], unlimited: true };
    await createApiKey(db, { tenant: "default", name: "dev", key: keys.apiKey, ...key });
    await createApiKey(db, { tenant: "sample", name: "sample", key: keys.sampleApiKey, ...key });
    return keys;
  } finally {
    await db.close();
  }
}

/** A key of this checkout, made once, so that a pasted `curl` works again after a restart. */
function keyOf(dataDir: string, name: string): string {
  const path = join(dataDir, `${name}.key`);
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(path, `pc_${name}_${randomBytes(24).toString("hex")}`, { mode: 0o600 });
  }
  return readFileSync(path, "utf8").trim();
}
