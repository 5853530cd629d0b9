export type { JsonObject } from "../json-schema.ts";
export { openApiDocument } from "./openapi-document.ts";
export { OPERATIONS } from "./operations/index.ts";
