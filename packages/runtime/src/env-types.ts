import { z } from "zod";

/** A TCP port; 0 lets the operating system choose. */
export function port() {
  return integer({ min: 0, max: 65_535, what: "a port from 0 to 65535" });
}

/** A whole number written in digits. The variable's name carries the unit, e.g. `SHUTDOWN_DEADLINE_MS`. */
export function integer({ min, max, what }: { min: number; max: number; what?: string }) {
  const error = `expected ${what ?? `a whole number from ${min} to ${max}`}`;
  return z
    .string({ error })
    .regex(/^-?\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

/** An absolute URL with one of the schemes, e.g. `url('redis', 'rediss')`. Kept as the string that was given. */
export function url(...schemes: [string, ...string[]]) {
  const error = `expected a URL starting with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`;
  return z
    .string({ error })
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      { error },
    );
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
    .pipe(z.array(z.string()).min(1, { error }));
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
  return z.stringbool({ error: "expected true or false" });
}

/** How much is logged. */
export function logLevel() {
  const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
  return z.enum(levels, { error: `expected one of ${levels.join(", ")}` });
}
