import { Name } from "@pulsecourier/contracts";

/** What a line of a file says: a recipient's id, why it is none, or nothing at all. */
export type MemberLine = { id: string } | { bad: string } | null;
export type ReadMember = (text: string, line: number) => MemberLine;

/** A line of NDJSON: the id as a JSON string, or an object with an `id`. */
export const readJsonMember: ReadMember = (text) => {
  if (text.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && "id" in value;
    return readId(isObject ? value.id : value, 'is neither a string nor an object with an "id"');
  } catch {
    return { bad: "is not JSON" };
  }
};

const HEADERS = new Set(["id", "recipient", "recipient_id"]);

/** A line of CSV: its first field, quoted or not. Ids hold neither commas nor quotes. */
export const readCsvMember: ReadMember = (text, line) => {
  const start = line === 1 && text.startsWith("\uFEFF") ? 1 : 0;
  const comma = text.indexOf(",");
  const field = text.slice(start, comma === -1 ? text.length : comma).trim();
  const id =
    field.length > 1 && field.startsWith('"') && field.endsWith('"') ? field.slice(1, -1) : field;
  if (id === "" && comma === -1) return null;
  if (line === 1 && HEADERS.has(id.toLowerCase())) return null;
  return readId(id, "has no recipient id in its first field");
};

function readId(value: unknown, otherwise: string): MemberLine {
  if (typeof value !== "string" || value === "") return { bad: otherwise };
  const name = Name.safeParse(value);
  return name.success ? { id: name.data } : { bad: `the id ${name.error.issues[0]?.message}` };
}
