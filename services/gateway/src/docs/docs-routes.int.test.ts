import { openApiDocument } from "@pulsecourier/contracts/openapi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

test("/openapi.json is the document, without a key", async () => {
  const { status, body } = await gateway.call("GET /openapi.json", { key: null });
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test("/docs takes everything it needs from here", async () => {
  const page = await gateway.call("GET /docs", { key: null });
  expect(page.status).toBe(200);
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
  expect(files).toEqual(["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"]);
  for (const file of files) {
    const { status, headers } = await gateway.call(`GET ${file}`, { key: null });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(
      file.endsWith(".css") ? "text/css" : "text/javascript",
    );
  }
});
