import { asyncApiDocument } from "./asyncapi/index.ts";
import { errorsDocument } from "./errors-document.ts";
import { openApiDocument } from "./openapi/index.ts";

/** Every generated file of the repository, by its path from the root. */
export function generatedFiles(): Record<string, string> {
  return {
    "docs/errors.md": errorsDocument(),
    "docs/generated/openapi.json": pretty(openApiDocument()),
    "docs/generated/asyncapi.json": pretty(asyncApiDocument()),
  };
}

function pretty(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
