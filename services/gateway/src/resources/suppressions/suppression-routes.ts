import { PulseError, SuppressionFilter, withCountry } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../cursor.ts";
import { liftSuppression, listSuppressions } from "./suppression-store.ts";

const cursors = createCursors("suppressions", z.object({ at: z.string(), id: z.string() }));

const list = route({
  method: "get",
  path: "/v1/suppressions",
  scope: "operator",
  query: SuppressionFilter.extend(pageQuery),
  handler: async ({ tenant, query }, { db, secrets, catalog }) => {
    const { limit, cursor, ...asked } = query;
    const { settings } = await catalog.current(tenant);
    const filter = { ...asked, address: written(asked.address, settings.defaultCountry) };
    const after = cursors.decode(secrets.cursors, cursor);
    const rows = await listSuppressions(db, { tenant, filter, after, limit: limit + 1 });
    const page = pageOf(rows, limit, ({ at, id }) => cursors.encode(secrets.cursors, { at, id }));
    return { status: 200, body: { data: page.rows, nextCursor: page.nextCursor } };
  },
});

/** As deliveries write it; a national phone number with its country. */
function written(address: string | undefined, country: string | undefined): string | undefined {
  if (address === undefined || country === undefined) return address;
  return withCountry({ phone: address }, country).phone;
}

const lift = route({
  method: "delete",
  path: "/v1/suppressions/:id",
  scope: "operator",
  handler: async ({ tenant, params: { id } }, { db }) => {
    const known = z.guid().safeParse(id).success && (await liftSuppression(db, { tenant, id }));
    if (!known) throw new PulseError("not_found");
    return { status: 204 };
  },
});

export const suppressionRoutes: Route[] = [list, lift];
