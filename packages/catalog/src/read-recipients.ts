import { InlineRecipient, Name } from "@pulsecourier/contracts";

/** What one expression of `recipients` gave: recipients, and why something in it was none. */
export type ReadRecipients = { recipients: (string | InlineRecipient)[]; reasons: string[] };

/** Reads recipient ids, inline recipients, or lists of either out of a CEL value. Whole numbers are ids too. */
export function readRecipients(value: unknown): ReadRecipients {
  if (!Array.isArray(value)) return readOne(value);
  const all: ReadRecipients = { recipients: [], reasons: [] };
  for (const member of value) {
    const { recipients, reasons } = readOne(member);
    all.recipients.push(...recipients);
    all.reasons.push(...reasons);
  }
  return all;
}

function readOne(value: unknown): ReadRecipients {
  const id = typeof value === "bigint" || Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id === "string") {
    if (Name.safeParse(id).success) return { recipients: [id], reasons: [] };
    return none(
      id === "" ? "a recipient id is empty" : "a recipient id has characters that ids cannot have",
    );
  }
  if (value === null) return none("a recipient is null");
  const parsed = InlineRecipient.safeParse(toPlain(value));
  if (parsed.success) return { recipients: [parsed.data], reasons: [] };
  const fields = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "it"}: ${issue.message}`,
  );
  return none(`a value is neither a recipient id nor an inline recipient (${fields.join("; ")})`);
}

function none(reason: string): ReadRecipients {
  return { recipients: [], reasons: [reason] };
}

/** CEL literals hold bigint where JSON has numbers. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (
    value === null ||
    typeof value !== "object" ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
}
