import { envExample } from "./env-example.ts";
import { environmentPage } from "./environment-page.ts";

/** What is generated from the services' schemas, by its path from the root. */
export function generatedFiles(): Record<string, string> {
  return { "docs/environment.md": environmentPage(), ".env.example": envExample() };
}
