import type { Refusal } from "@pulsecourier/sender";

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** A subject is a header: a line break in it would begin another one. */
export function checkContent(content: Readonly<Record<string, string>>): Refusal | null {
  const { subject = "" } = content;
  if (!CONTROL.test(subject)) return null;
  return {
    code: "header_injection",
    detail: "the subject holds a line break or control character",
  };
}
