import type { Db } from "@pulsecourier/db";
import { Lru } from "./lru.ts";

/** What is known of a tenant besides its catalog entries. */
export type TenantState = { exists: boolean; sandbox: boolean; revision: number };

const MAX_AGE_MS = 1_000;
const MAX_TENANTS = 10_000;

/** Reads tenant states, at most 1 s old; concurrent readers of a tenant share one query. */
export function createTenantStates(db: Db) {
  const known = new Lru<{ state: Promise<TenantState>; readAt: number }>(MAX_TENANTS);

  function read(tenant: string): Promise<TenantState> {
    const reading = { state: readState(db, tenant), readAt: performance.now() };
    known.set(tenant, reading);
    reading.state.catch(() => known.forget(tenant, reading));
    return reading.state;
  }

  return {
    /** At most 1 s old. */
    recent(tenant: string): Promise<TenantState> {
      const last = known.get(tenant);
      return last !== undefined && performance.now() - last.readAt < MAX_AGE_MS
        ? last.state
        : read(tenant);
    },
    /** Read after the call. */
    fresh: read,
  };
}

async function readState(db: Db, tenant: string): Promise<TenantState> {
  const [row] = await db.query<{ sandbox: boolean; revision: string }>(
    "catalog-tenant-state",
    `select sandbox, coalesce(revision, 0) as revision
     from gateway.tenants left join catalog.revisions on tenant = id where id = $1`,
    [tenant],
  );
  if (row === undefined) return { exists: false, sandbox: false, revision: 0 };
  return { exists: true, sandbox: row.sandbox, revision: Number(row.revision) };
}
