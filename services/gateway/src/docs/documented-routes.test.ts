import { OPERATIONS } from "@pulsecourier/contracts/openapi";
import { expect, test } from "vitest";
import { routes } from "../routes.ts";
import { docsAssets } from "./docs-routes.ts";

const SERVED_BY_EVERY_SERVICE = ["get /livez", "get /readyz", "get /metrics"];

test("every route is documented, and every documented call has a route", () => {
  const served = routes
    .filter((route) => !docsAssets.includes(route))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const documented = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect([...served, ...SERVED_BY_EVERY_SERVICE].toSorted()).toEqual(documented.toSorted());
});
