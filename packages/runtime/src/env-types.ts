import { z } from "zod";

// Each type says in `values` what the configuration reference shows of it.

/** A TCP port; 0 lets the operating system choose. */
export function port() {
  return integer({ min: 0, max: 65_535, what: "a port from 0 to 65535" }).meta({
    values: "port; 0 for any",
  });
}

/** A whole number written in digits, of the unit the variable's name carries, e.g. `SHUTDOWN_DEADLINE_MS`. */
export function integer(o: { min: number; max: number; unit?: string; what?: string }) {
  const { min, max, unit } = o;
  const range = `${min} to ${max}${unit === undefined ? "" : ` ${unit}`}`;
  const error = `expected ${o.what ?? `a whole number from ${range}`}`;
  return z
    .string({ error })
    .regex(/^-?\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }))
    .meta({ values: range });
}

/** An absolute URL with one of the schemes, e.g. `url('redis', 'rediss')`. Kept as the string that was given. */
export function url(...schemes: [string, ...string[]]) {
  const error = `expected a URL starting with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`;
  return z
    .string({ error })
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      { error },
    )
    .meta({ values: schemes.map((scheme) => `${scheme}://…`).join(" or ") });
}

/** A comma-separated list, blanks around items dropped; at least one item. */
export function csv() {
  const error = "expected a comma-separated list";
  return z
    .string({ error })
    .transform((value) =>
      value
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    )
    .pipe(z.array(z.string()).min(1, { error }))
    .meta({ values: "comma-separated list" });
}

/** A comma-separated list of origins: scheme, host and port. */
export function origins() {
  return csv()
    .refine((all) => all.every((one) => URL.parse(one)?.origin === one), {
      error: "expected origins such as http://127.0.0.1:8025, without a path",
    })
    .meta({ values: "comma-separated list of origins" });
}

/** Free text, not empty. */
export function text() {
  return z.string({ error: "expected a value" });
}

/** A value that is never printed and may come from the file named in `<NAME>_FILE` instead. */
export function secret() {
  return text().meta({ secret: true });
}

/** `true`/`false`, also `1`/`0`, `yes`/`no`, `on`/`off`. */
export function bool() {
  return z.stringbool({ error: "expected true or false" }).meta({ values: "true or false" });
}

/** How much is logged. */
export function logLevel() {
  const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
  const values = levels.join(", ");
  return z.enum(levels, { error: `expected one of ${values}` }).meta({ values });
}
