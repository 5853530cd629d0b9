import type { Route } from "../http/route.ts";

/** Routes of what clients keep here: directory, catalog, inbox, dead letters, documentation. */
export const resourceRoutes: Route[] = [];
