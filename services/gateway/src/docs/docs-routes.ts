import { readFile } from "node:fs/promises";
import { openApiDocument } from "@pulsecourier/contracts/openapi";
import { route, type Route } from "../http/route.ts";

// Made when first asked for, then kept.
let document: object | undefined;

const openApi = route({
  method: "get",
  path: "/openapi.json",
  scope: "none",
  handler: () => ({ status: 200, body: (document ??= openApiDocument()) }),
});

const page = route({
  method: "get",
  path: "/docs",
  scope: "none",
  handler: () => ({ status: 200, text: PAGE, headers: PAGE_HEADERS }),
});

/** Everything the page needs comes from here: it works without any other network. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PulseCourier API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>
body { margin: 0; }
.swagger-ui .info { margin: 24px 0 0; }
.swagger-ui .scheme-container { margin: 0; padding: 0 0 12px; box-shadow: none; }
.swagger-ui .scheme-container .servers-title, .swagger-ui .scheme-container .servers { display: none; }
</style>
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
};

const START = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

const JAVASCRIPT = "text/javascript; charset=utf-8";

const start = route({
  method: "get",
  path: "/docs/start.js",
  scope: "none",
  handler: () => ({ status: 200, text: START, headers: { "content-type": JAVASCRIPT } }),
});

/** A file of Swagger UI, read when first asked for. */
function asset(path: `/docs/${string}`, file: string, contentType: string): Route {
  let loading: Promise<string> | undefined;
  return route({
    method: "get",
    path,
    scope: "none",
    handler: async () => {
      loading ??= readFile(new URL(file), "utf8");
      const headers = { "content-type": contentType, "cache-control": "public, max-age=86400" };
      return { status: 200, text: await loading, headers };
    },
  });
}

/** Files behind the page; no part of the API. */
export const docsAssets: Route[] = [
  start,
  asset(
    "/docs/swagger-ui.css",
    import.meta.resolve("swagger-ui-dist/swagger-ui.css"),
    "text/css; charset=utf-8",
  ),
  asset(
    "/docs/swagger-ui-bundle.js",
    import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"),
    JAVASCRIPT,
  ),
];

export const docsRoutes: Route[] = [openApi, page, ...docsAssets];
