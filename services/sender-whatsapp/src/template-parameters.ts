import { z } from "zod";

// Meta: no new line, no tab, at most four spaces in a row; a body is at most 32,768 characters with its values.
const Parameters = z
  .array(
    z
      .string()
      .min(1, "must not be empty")
      .max(32_768)
      .regex(/^(?!.* {5})[^\n\r\t]*$/, "may hold no line break, tab or five spaces in a row"),
  )
  .max(100);

/**
 * The values of a template's `{{1}}`, `{{2}}` …, from a JSON array of strings; none when there is no field. Throws a
 * ZodError or SyntaxError when Meta would not take them.
 */
export function templateParameters(json: string | undefined): string[] {
  return json === undefined ? [] : Parameters.parse(JSON.parse(json));
}
