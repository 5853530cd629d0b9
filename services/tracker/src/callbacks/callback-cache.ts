import { CALLBACKS_KNOWN_MS } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { type Callback, readCallbacks } from "./callback-store.ts";

export type CallbackCache = {
  /** The enabled callbacks of these tenants, at most `CALLBACKS_KNOWN_MS` old; tenants without any are left out. */
  of(tenants: ReadonlySet<string>): Promise<Map<string, readonly Callback[]>>;
};

const MAX_TENANTS = 10_000;

/** One query for all tenants of a batch that were not asked about lately, and mostly none. */
export function createCallbackCache(db: Db): CallbackCache {
  const known = new Map<string, { callbacks: readonly Callback[]; readAt: number }>();

  async function refresh(tenants: readonly string[]): Promise<void> {
    const readAt = performance.now();
    const byTenant = Map.groupBy(await readCallbacks(db, tenants), ({ tenant }) => tenant);
    if (known.size + tenants.length > MAX_TENANTS) known.clear();
    for (const tenant of tenants)
      known.set(tenant, { callbacks: byTenant.get(tenant) ?? [], readAt });
  }

  return {
    async of(tenants) {
      const oldest = performance.now() - CALLBACKS_KNOWN_MS;
      const stale = [...tenants].filter((tenant) => (known.get(tenant)?.readAt ?? -1) < oldest);
      if (stale.length > 0) await refresh(stale);
      const found = new Map<string, readonly Callback[]>();
      for (const tenant of tenants) {
        const callbacks = known.get(tenant)?.callbacks ?? [];
        if (callbacks.length > 0) found.set(tenant, callbacks);
      }
      return found;
    },
  };
}
