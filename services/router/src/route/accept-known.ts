import type { Catalog, CatalogSnapshot } from "@pulsecourier/catalog";
import type { Db } from "@pulsecourier/db";
import {
  type AcceptedEvent,
  type IncomingEvent,
  isForRules,
  type RefusedRecord,
} from "../read/event.ts";
import { acceptEvents } from "../stores/events-store.ts";

/** Fixes accept time and revision of the events whose tenant exists, in their order; refuses the others. */
export async function acceptKnown(
  events: IncomingEvent[],
  { db, catalog }: { db: Db; catalog: Catalog },
): Promise<{ accepted: AcceptedEvent[]; refused: RefusedRecord[] }> {
  const tenants = [...new Set(events.map((event) => event.tenant))];
  const found = await Promise.all(tenants.map((tenant) => findTenant(catalog, tenant)));
  const existing = found.filter((snapshot) => snapshot.exists);
  const current = new Map(existing.map(({ tenant, revision }) => [tenant, revision]));
  const known = events.filter((event) => current.has(event.tenant));
  const fixed = await acceptEvents(db, known.filter(isForRules));
  const accepted = known.map((event): AcceptedEvent => {
    // Requests carry their own; they are not read without them.
    const { acceptedAt, revision } = fixed.get(event) ?? event.stamp;
    const currently = current.get(event.tenant) ?? 0;
    return { ...event, acceptedAt: acceptedAt ?? 0, revision: revision ?? currently };
  });
  const unknown = events.filter((event) => !current.has(event.tenant));
  return { accepted, refused: unknown.map(unknownTenant) };
}

/** A tenant made a moment ago is not unknown. */
async function findTenant(catalog: Catalog, tenant: string): Promise<CatalogSnapshot> {
  const recent = await catalog.current(tenant);
  return recent.exists ? recent : catalog.current(tenant, { fresh: true });
}

function unknownTenant({ record, tenant }: IncomingEvent): RefusedRecord {
  const message = `there is no tenant ${tenant}; create it or correct the event's tenant`;
  return { record, reason: "rejected", code: "unknown_tenant", message, ends: null };
}
