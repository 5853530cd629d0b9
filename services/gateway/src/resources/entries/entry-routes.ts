import {
  deleteEntry,
  type EntryKind,
  getEntry,
  getPause,
  listEntries,
} from "@pulsecourier/catalog";
import { PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { pageQuery } from "../cursor.ts";
import { createNamePages } from "../name-pages.ts";
import { nameParam } from "../name-param.ts";
import { toPauseView } from "../pauses/pause-routes.ts";
import { readVersion } from "./version-store.ts";

const versionQuery = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, "is a number from 1")
  .transform(Number)
  .optional();

/** Reading, listing and deleting, the same for each kind of catalog entry; `path` is `/v1/templates` and the like. */
export function entryRoutes(kind: EntryKind, path: `/v1/${string}`): Route[] {
  const one: `${string}:name` = `${path}/:name`;
  const pageByName = createNamePages(kind);

  const get = route({
    method: "get",
    path: one,
    scope: "admin",
    query: z.strictObject({ version: versionQuery }),
    handler: async ({ tenant, params, query }, { db }) => {
      const key = { tenant, kind, name: nameParam(params.name) };
      const entry =
        query.version === undefined
          ? await getEntry(db, key)
          : await readVersion(db, { ...key, version: query.version });
      if (entry === null) throw new PulseError("not_found");
      const paused =
        kind === "rule" || kind === "workflow" ? await getPause(db, { ...key, kind }) : null;
      return { status: 200, body: { ...entry, ...(paused && { paused: toPauseView(paused) }) } };
    },
  });

  const list = route({
    method: "get",
    path,
    scope: "admin",
    query: z.strictObject(pageQuery),
    handler: async ({ tenant, query }, { db, secrets }) => {
      const page = await pageByName(query, secrets.cursors, (from) =>
        listEntries(db, { tenant, kind, ...from }),
      );
      const data = page.data.map(({ name, version, createdAt }) => ({ name, version, createdAt }));
      return { status: 200, body: { data, nextCursor: page.nextCursor } };
    },
  });

  const remove = route({
    method: "delete",
    path: one,
    scope: "admin",
    handler: async ({ tenant, params }, { db, catalog }) => {
      if (!(await deleteEntry(db, { tenant, kind, name: nameParam(params.name) }))) {
        throw new PulseError("not_found");
      }
      await catalog.current(tenant, { fresh: true });
      return { status: 204 };
    },
  });

  return [list, get, remove];
}
