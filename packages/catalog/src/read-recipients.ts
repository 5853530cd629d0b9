import { InlineRecipient, Name } from "@pulsecourier/contracts";
import { CelAudience } from "./cel-audience.ts";

/** What one expression of `recipients` gave: recipients, audiences, and why something in it was neither. */
export type ReadRecipients = {
  recipients: (string | InlineRecipient)[];
  audiences: string[];
  reasons: string[];
};

/** Reads recipient ids, inline recipients, audiences, or lists of them out of a CEL value. Whole numbers are ids too. */
export function readRecipients(value: unknown): ReadRecipients {
  if (!Array.isArray(value)) return readOne(value);
  const all: ReadRecipients = { recipients: [], audiences: [], reasons: [] };
  for (const member of value) {
    const { recipients, audiences, reasons } = readOne(member);
    all.recipients.push(...recipients);
    all.audiences.push(...audiences);
    all.reasons.push(...reasons);
  }
  return all;
}

function readOne(value: unknown): ReadRecipients {
  const id = typeof value === "bigint" || Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id === "string") {
    if (Name.safeParse(id).success) return { ...nobody, recipients: [id] };
    return none(
      id === "" ? "a recipient id is empty" : "a recipient id has characters that ids cannot have",
    );
  }
  if (value instanceof CelAudience) {
    if (Name.safeParse(value.name).success) return { ...nobody, audiences: [value.name] };
    return none("an audience has a name that audiences cannot have");
  }
  if (value === null) return none("a recipient is null");
  const parsed = InlineRecipient.safeParse(toPlain(value));
  if (parsed.success) return { ...nobody, recipients: [parsed.data] };
  const fields = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "it"}: ${issue.message}`,
  );
  return none(`a value is neither a recipient id nor an inline recipient (${fields.join("; ")})`);
}

const nobody: ReadRecipients = { recipients: [], audiences: [], reasons: [] };

function none(reason: string): ReadRecipients {
  return { ...nobody, reasons: [reason] };
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
