import { z } from "zod";

// Meta: no new line, no tab, at most four spaces in a row; a body is at most 32,768 characters with its values.
const Parameters = z
  .array(
    z
      .string()
      .min(1, "must not be empty")
      .max(32_768, "is over 32768 characters")
      .regex(/^(?!.* {5})[^\n\r\t]*$/, "may hold no line break, tab or five spaces in a row"),
  )
  .max(100, "holds more than 100 values");

/**
 * The values of a template's `{{1}}`, `{{2}}` …, from a JSON array of strings; none when there is no field. Throws a
 * ZodError or SyntaxError when Meta would not take them.
 */
export function whatsappParameters(json: string | undefined): string[] {
  return json === undefined ? [] : Parameters.parse(JSON.parse(json));
}

/** What Meta would not take of the values. */
export function checkWhatsappParameters(json: string | undefined): z.core.$ZodIssue[] {
  try {
    whatsappParameters(json);
    return [];
  } catch (error) {
    if (!(error instanceof z.ZodError)) return [unlikeArray(json)];
    return error.issues.map((issue) => {
      const [index] = issue.path;
      const message =
        typeof index === "number" ? `value ${index + 1} ${issue.message}` : issue.message;
      return { ...issue, path: ["parameters"], message };
    });
  }
}

const unlikeArray = (input: unknown): z.core.$ZodIssue => ({
  code: "custom",
  path: ["parameters"],
  message: 'expected a JSON array such as ["A-17", "DHL"]',
  input,
});
