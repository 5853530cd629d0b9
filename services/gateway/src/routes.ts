import { apiKeyRoutes } from "./api-keys/api-key-routes.ts";
import type { Route } from "./http/route.ts";
import { resourceRoutes } from "./resources/index.ts";

/** Every route; a fixed path stands before one with a parameter in its place. */
export const routes: Route[] = [...apiKeyRoutes, ...resourceRoutes];
