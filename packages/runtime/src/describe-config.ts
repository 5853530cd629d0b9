import { z } from "zod";

const Account = z.object({ providers: z.array(z.string()), needed: z.boolean() });

/** One variable as the generated configuration reference shows it. `default` null: the variable is required or off. */
export type ConfigRow = {
  name: string;
  required: boolean;
  default: string | null;
  description: string;
  /** What it may be set to, with the unit of a number; empty for any text. */
  values: string;
  secret: boolean;
  /** The providers whose accounts it belongs to; `needed`: those that are listed cannot do without it. */
  account?: z.infer<typeof Account>;
};

/** The variables a schema reads, for documentation and for tests that hold documentation to the schema. */
export function describeConfig(schema: z.ZodObject): ConfigRow[] {
  return Object.entries(schema.shape).map(([name, field]) => describeVariable(name, field));
}

/** The metadata of one variable, gathered through `optional()`, `default()` and the like. */
export function describeVariable(name: string, field: z.core.$ZodType): ConfigRow {
  const row: ConfigRow = {
    name,
    required: true,
    default: null,
    description: "",
    values: "",
    secret: false,
  };
  let type: z.core.$ZodType | undefined = field;
  while (type) {
    const meta = z.globalRegistry.get(type);
    row.description ||= meta?.description ?? "";
    row.values ||= typeof meta?.values === "string" ? meta.values : "";
    row.secret ||= meta?.secret === true;
    if (typeof meta?.default === "string") row.default ??= meta.default;
    const account = Account.safeParse(meta?.account);
    if (account.success) row.account = account.data;
    if (type instanceof z.ZodOptional || type instanceof z.ZodNullable) row.required = false;
    if (type instanceof z.ZodDefault || type instanceof z.ZodPrefault) {
      row.required = false;
      row.default ??= showDefault(type.def.defaultValue);
    }
    type =
      type instanceof z.ZodOptional ||
      type instanceof z.ZodNullable ||
      type instanceof z.ZodDefault ||
      type instanceof z.ZodPrefault
        ? type.unwrap()
        : undefined;
  }
  return row;
}

function showDefault(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}
