import { z } from "zod";
import { asyncApiDocument } from "./asyncapi/index.ts";
import { errorsDocument } from "./errors-document.ts";
import { openApiDocument } from "./openapi/index.ts";
import { WorkflowDefinition } from "./schemas/workflow.ts";

/** Every generated file of the repository, by its path from the root. */
export function generatedFiles(): Record<string, string> {
  return {
    "docs/errors.md": errorsDocument(),
    "docs/generated/openapi.json": pretty(openApiDocument()),
    "docs/generated/asyncapi.json": pretty(asyncApiDocument()),
    "docs/generated/workflow.schema.json": pretty(workflowSchema()),
  };
}

/** For editors and for checks before a PUT; what a shape cannot say, such as cycles, the PUT does. */
function workflowSchema(): object {
  return { title: "Workflow", ...z.toJSONSchema(WorkflowDefinition, { io: "input" }) };
}

function pretty(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
