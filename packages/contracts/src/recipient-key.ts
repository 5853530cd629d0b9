import { createHash } from "node:crypto";
import { withCountry } from "./national-phones.ts";
import type { InlineRecipient } from "./schemas/recipient.ts";

/** What a recipient is called in ids and keys: its id, or a hash of what was written into the request. */
export function recipientKey(recipient: string | InlineRecipient): string {
  if (typeof recipient === "string") return recipient;
  if (recipient.id !== undefined) return recipient.id;
  const fields = Object.entries(recipient)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `inline:${createHash("sha256").update(JSON.stringify(fields)).digest("hex").slice(0, 24)}`;
}

/**
 * The recipients of a request, each once, in order of first mention; their national phone numbers as those of `country`,
 * so that two spellings of a number are one recipient.
 */
export function uniqueRecipients(
  to: readonly (string | InlineRecipient)[],
  country?: string,
): Map<string, string | InlineRecipient> {
  const unique = new Map<string, string | InlineRecipient>();
  for (const written of to) {
    const one = typeof written === "string" ? written : withCountry(written, country);
    const key = recipientKey(one);
    if (!unique.has(key)) unique.set(key, one);
  }
  return unique;
}
