import { z } from "zod";

export type JsonObject = { [key: string]: unknown };

/** Schemas by the name they get in a document; a nested one that is named becomes a reference. */
export type NamedSchemas = ReturnType<typeof nameSchemas>;

/** `io`: what is sent to us (`input`: defaults may be left out) or what we send (`output`). */
export function nameSchemas(io: "input" | "output", named: Record<string, z.ZodType>) {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  return {
    /** A reference to the schema, which gets `fallback` as its name when it has none yet. */
    reference(schema: z.ZodType, fallback: string): JsonObject {
      if (!registry.has(schema)) registry.add(schema, { id: fallback });
      return { $ref: refTo(registry.get(schema)?.id ?? fallback) };
    },
    /** All named schemas as JSON Schema 2020-12. */
    components(): JsonObject {
      const { schemas } = z.toJSONSchema(registry, { io, uri: refTo, unrepresentable: "any" });
      const { __shared: _, ...own } = schemas;
      const tidied = io === "output" ? withoutClosing(tidyObject(own)) : tidyObject(own);
      return { ...tidied, JsonValue: { description: "Any JSON value" } };
    },
  };
}

/** Each property of an object schema on its own, as for query parameters. */
export function propertiesOf(
  schema: z.ZodObject,
): { name: string; required: boolean; schema: JsonObject }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: typeof property === "object" ? tidyObject(property) : {},
  }));
}

const refTo = (name: string) => `#/components/schemas/${name}`;
const NOISE: readonly string[] = ["$schema", "$id", "~standard"];

/** Fields may be added to what we send, so no reader may refuse those it does not know. */
function withoutClosing(schemas: JsonObject): JsonObject {
  const open = (_key: string, value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    "additionalProperties" in value &&
    value.additionalProperties === false
      ? { ...value, additionalProperties: undefined }
      : value;
  return JSON.parse(JSON.stringify(schemas, open));
}

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  return tidyObject(value);
}

/** Leaves out what zod adds and no reader needs: the pattern of a named format, the range of safe integers. */
function tidyObject(value: object): JsonObject {
  const entries = Object.entries(value).filter(([key, part]) => {
    if (NOISE.includes(key)) return false;
    if (key === "pattern") return !("format" in value);
    return typeof part !== "number" || Math.abs(part) !== Number.MAX_SAFE_INTEGER;
  });
  return Object.fromEntries(
    entries.map(([key, part]) => {
      // The one recursive schema is that of JSON itself.
      const isJson = key === "$ref" && typeof part === "string" && part.includes("__shared");
      return [key, isJson ? refTo("JsonValue") : tidy(part)];
    }),
  );
}
