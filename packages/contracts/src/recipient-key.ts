import { createHash } from "node:crypto";
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

/** The recipients of a request, each once, in order of first mention. */
export function uniqueRecipients(
  to: readonly (string | InlineRecipient)[],
): Map<string, string | InlineRecipient> {
  const unique = new Map<string, string | InlineRecipient>();
  for (const one of to) {
    const key = recipientKey(one);
    if (!unique.has(key)) unique.set(key, one);
  }
  return unique;
}
