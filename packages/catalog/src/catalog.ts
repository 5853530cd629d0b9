import type { Db } from "@pulsecourier/db";
import type { CompiledTemplate } from "@pulsecourier/templates";
import { createCompiledTemplates } from "./compiled-templates.ts";
import { Lru } from "./lru.ts";
import { type CatalogContent, type CatalogSnapshot, loadContent } from "./snapshot.ts";
import { createTenantStates, type TenantState } from "./tenant-states.ts";

export type Catalog = {
  /** The live catalog, at most 1 s old; with `fresh` as it is now. */
  current(tenant: string, options?: { fresh?: boolean }): Promise<CatalogSnapshot>;
  /** The catalog as it was at `revision`; a revision that does not exist yet gives the current one. */
  at(tenant: string, revision: number): Promise<CatalogSnapshot>;
  /** A version, live or not, ready to render. Null when there is none, or when it no longer compiles. */
  template(tenant: string, name: string, version: number): Promise<CompiledTemplate | null>;
};

/** Reads tenants' catalogs; holds the `maxSnapshots` (default 200) last used. Concurrent loads share one query. */
export function createCatalog(options: { db: Db; maxSnapshots?: number }): Catalog {
  const { db } = options;
  const states = createTenantStates(db);
  const contents = new Lru<Promise<CatalogContent>>(options.maxSnapshots ?? 200);

  async function snapshot(
    tenant: string,
    state: TenantState,
    revision: number,
  ): Promise<CatalogSnapshot> {
    const key = `${tenant}\0${revision}`;
    let loading = contents.get(key);
    if (loading === undefined) {
      const started = loadContent(db, tenant, revision);
      loading = started;
      contents.set(key, started);
      started.catch(() => contents.forget(key, started));
    }
    const content = await loading;
    const { exists, sandbox } = state;
    return { tenant, revision, exists, sandbox, ...content };
  }

  return {
    async current(tenant, { fresh = false } = {}) {
      const state = await (fresh ? states.fresh(tenant) : states.recent(tenant));
      return snapshot(tenant, state, state.revision);
    },
    async at(tenant, revision) {
      let state = await states.recent(tenant);
      if (revision > state.revision) state = await states.fresh(tenant);
      return snapshot(tenant, state, Math.min(revision, state.revision));
    },
    template: createCompiledTemplates(db),
  };
}
