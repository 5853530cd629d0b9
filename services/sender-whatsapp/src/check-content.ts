import type { Refusal } from "@pulsecourier/sender";
import { z } from "zod";
import { templateParameters } from "./template-parameters.ts";

/** The parameters of a template must be what Meta takes. */
export function checkContent({ parameters }: Readonly<Record<string, string>>): Refusal | null {
  try {
    templateParameters(parameters);
    return null;
  } catch (error) {
    return { code: "content_unusable", detail: `parameters: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  if (issue === undefined) return 'expected a JSON array such as ["A-17", "DHL"]';
  const [index] = issue.path;
  return typeof index === "number" ? `value ${index + 1} ${issue.message}` : issue.message;
}
