import { ERRORS, PulseError } from "@pulsecourier/contracts";
import { opsHandler, type OpsHandlerOptions } from "@pulsecourier/runtime";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { GatewayContext } from "../context.ts";
import type { Route } from "./route.ts";
import { serveError, serveRoute } from "./serve-route.ts";

/** The Express app: routes, then health and metrics, then 405 and 404 for what is left. */
export function createHttpApp(
  routes: readonly Route[],
  context: GatewayContext,
  ops: OpsHandlerOptions,
): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", false);
  const byPath = Map.groupBy(routes, (route) => route.path);
  for (const [path, ofPath] of byPath) {
    const at = app.route(path);
    for (const route of ofPath) at[route.method](serveRoute(route, context));
    const methods = ofPath.map((route) => route.method.toUpperCase()).join(", ");
    at.all((request, response) => {
      response.setHeader("allow", methods);
      return serveError(new PulseError("method_not_allowed", `Use ${methods}.`), context)(
        request,
        response,
      );
    });
  }
  const serveOps = opsHandler(ops);
  app.use(async (request, response, next) => {
    if (!(await serveOps(request, response))) next();
  });
  app.use(
    serveError(new PulseError("not_found", "No such path; /openapi.json lists them."), context),
  );
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // Express itself only throws on a path parameter whose percent-encoding is broken.
    const refused = new PulseError("malformed_request", ERRORS.malformed_request.title, {
      cause: error,
    });
    return serveError(refused, context)(request, response);
  });
  return app;
}
