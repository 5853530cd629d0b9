import { type Entry, getEntry, SETTINGS_ENTRY } from "@pulsecourier/catalog";
import { type SettingsView, TenantSettings } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { route, type Route } from "../../http/route.ts";
import { putChangedEntry } from "../entries/put-changed-entry.ts";

const entryOf = (tenant: string) => ({ tenant, kind: "settings", name: SETTINGS_ENTRY }) as const;

const put = route({
  method: "put",
  path: "/v1/settings",
  scope: "operator",
  body: TenantSettings,
  handler: async ({ tenant, body }, context) => {
    const { status } = await putChangedEntry(context, { ...entryOf(tenant), definition: body });
    return { status, body: await readSettings(context.db, tenant) };
  },
});

const get = route({
  method: "get",
  path: "/v1/settings",
  scope: "operator",
  handler: async ({ tenant }, { db }) => ({ status: 200, body: await readSettings(db, tenant) }),
});

async function readSettings(db: Db, tenant: string): Promise<SettingsView> {
  const entry = await getEntry(db, entryOf(tenant));
  return entry === null ? { version: 0, settings: {}, updatedAt: null } : viewOf(entry);
}

function viewOf({ version, definition, createdAt }: Entry<"settings">): SettingsView {
  return { version, settings: definition, updatedAt: createdAt.toISOString() };
}

/** What holds for all a tenant sends: identity, sandbox, default country. */
export const settingsRoutes: Route[] = [put, get];
