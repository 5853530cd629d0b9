import { dateFormat, intlLocale, numberFormat, pluralRules } from "./intl-formats.ts";
import { RenderFailure } from "./render-failure.ts";

/** What helpers know of the render they run in. */
export type HelperEnv = {
  /** The recipient's locale: how dates and numbers look. */
  locale: string;
  /** The language of the text chosen: which plural form applies. */
  textLocale: string;
  /** The recipient's time zone, else UTC. */
  timezone: string;
};

type Helper = {
  signature: string;
  does: string;
  example: string;
  args: readonly [min: number, max: number];
  options?: readonly string[];
  /** Arguments that may be missing; without it a missing argument is an error. */
  lenient?: "first" | "all";
  run: (
    args: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
    env: HelperEnv,
  ) => unknown;
};

const DATE_STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { dateStyle: "short" },
  medium: { dateStyle: "medium" },
  long: { dateStyle: "long" },
  full: { dateStyle: "full" },
  time: { timeStyle: "short" },
  datetime: { dateStyle: "medium", timeStyle: "short" },
};
const PLURAL_FORMS = ["zero", "one", "two", "few", "many", "other"] as const;

/** Every helper a template may call besides the blocks `#if`, `#unless`, `#each` and `#with`. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  default: {
    signature: "default value fallback",
    does: "The value, or the fallback when it is missing, null or empty.",
    example: '{{default recipient.name "there"}}',
    args: [2, 2],
    lenient: "first",
    run: ([value, fallback]) =>
      value === undefined || value === null || value === "" ? fallback : value,
  },
  date: {
    signature: 'date value format="medium" tz=… locale=…',
    does: `A date (ISO 8601 or milliseconds) in the recipient's locale and time zone. Formats: ${Object.keys(DATE_STYLES).join(", ")}.`,
    example: '{{date shippedAt format="long"}}',
    args: [1, 1],
    options: ["format", "tz", "locale"],
    run: formatDate,
  },
  number: {
    signature: "number value digits=… locale=…",
    does: "A number in the recipient's locale; `digits` fixes the decimals.",
    example: "{{number weight digits=1}}",
    args: [1, 1],
    options: ["digits", "locale"],
    run: ([value], options, env) =>
      numberFormat(localeFor(options, env.locale), fixedDigits(options["digits"])).format(
        toNumber("number", value),
      ),
  },
  currency: {
    signature: "currency value code digits=… locale=…",
    does: "An amount of money in major units, with its ISO 4217 code.",
    example: '{{currency total "EUR"}}',
    args: [2, 2],
    options: ["digits", "locale"],
    run: formatCurrency,
  },
  plural: {
    signature: "plural count one=… few=… many=… other=…",
    does: "The form for the count in the text's language (CLDR plural rules); `#` stands for the number.",
    example: '{{plural items.length one="# item" other="# items"}}',
    args: [1, 1],
    options: [...PLURAL_FORMS, "locale"],
    run: choosePlural,
  },
  upper: {
    signature: "upper value",
    does: "In capital letters.",
    example: "{{upper code}}",
    args: [1, 1],
    run: ([value], _options, env) => String(value).toLocaleUpperCase(intlLocale(env.locale)),
  },
  lower: {
    signature: "lower value",
    does: "In small letters.",
    example: "{{lower code}}",
    args: [1, 1],
    run: ([value], _options, env) => String(value).toLocaleLowerCase(intlLocale(env.locale)),
  },
  lookup: {
    signature: "lookup object key",
    does: "The object's (or list's) own value under a computed key.",
    example: "{{lookup labels status}}",
    args: [2, 2],
    run: ([object, key]) => ownValue(object, key),
  },
  eq: comparison("eq", "equal", (a, b) => a === b),
  ne: comparison("ne", "different", (a, b) => a !== b),
  gt: comparison("gt", "greater", (a, b) => Number(a) > Number(b)),
  gte: comparison("gte", "greater or equal", (a, b) => Number(a) >= Number(b)),
  lt: comparison("lt", "less", (a, b) => Number(a) < Number(b)),
  lte: comparison("lte", "less or equal", (a, b) => Number(a) <= Number(b)),
  and: condition("and", "all hold", (args) => args.every(isTruthy)),
  or: condition("or", "any holds", (args) => args.some(isTruthy)),
  not: { ...condition("not", "it does not hold", ([value]) => !isTruthy(value)), args: [1, 1] },
};

/** What `#if` takes for true: as JavaScript, but an empty list is false. */
export function isTruthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function comparison(
  name: string,
  word: string,
  holds: (a: unknown, b: unknown) => boolean,
): Helper {
  return {
    signature: `${name} a b`,
    does: `True when a is ${word}${word === "equal" ? " to" : word === "different" ? " from" : " than"} b; a missing value is allowed.`,
    example: `{{#if (${name} count 1)}}…{{/if}}`,
    args: [2, 2],
    lenient: "all",
    run: ([a, b]) => holds(a, b),
  };
}

function condition(
  name: string,
  word: string,
  holds: (args: readonly unknown[]) => boolean,
): Helper {
  return {
    signature: `${name} a …`,
    does: `True when ${word}; a missing value counts as false.`,
    example:
      name === "not" ? "{{#if (not paid)}}…{{/if}}" : `{{#if (${name} paid shipped)}}…{{/if}}`,
    args: [1, 10],
    lenient: "all",
    run: holds,
  };
}

function formatDate(
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
  env: HelperEnv,
): string {
  const value = args[0];
  const at = new Date(typeof value === "number" ? value : String(value));
  if (Number.isNaN(at.getTime()))
    throw wrongValue("date", "an ISO 8601 date or milliseconds", value);
  const format = String(options["format"] ?? "medium");
  const style = Object.hasOwn(DATE_STYLES, format) ? DATE_STYLES[format] : undefined;
  if (style === undefined)
    throw wrongValue("date", `a format of ${Object.keys(DATE_STYLES).join(", ")}`, format);
  const timeZone = String(options["tz"] ?? env.timezone);
  try {
    return dateFormat(localeFor(options, env.locale), { ...style, timeZone }).format(at);
  } catch {
    throw wrongValue("date", "an IANA time zone", timeZone);
  }
}

function formatCurrency(
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
  env: HelperEnv,
): string {
  const amount = toNumber("currency", args[0]);
  const code = String(args[1]);
  if (!/^[A-Za-z]{3}$/.test(code))
    throw wrongValue("currency", "an ISO 4217 code such as EUR", code);
  const shape = {
    style: "currency",
    currency: code.toUpperCase(),
    ...fixedDigits(options["digits"]),
  } as const;
  return numberFormat(localeFor(options, env.locale), shape).format(amount);
}

function choosePlural(
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
  env: HelperEnv,
): string {
  const count = toNumber("plural", args[0]);
  const locale = localeFor(options, env.textLocale);
  const form = options[pluralRules(locale).select(count)] ?? options["other"];
  if (form === undefined) throw wrongValue("plural", "the form other=…", undefined);
  return String(form).replaceAll("#", () =>
    numberFormat(localeFor(options, env.locale), {}).format(count),
  );
}

function localeFor(options: Readonly<Record<string, unknown>>, otherwise: string): string {
  return intlLocale(typeof options["locale"] === "string" ? options["locale"] : otherwise);
}

function fixedDigits(digits: unknown): Intl.NumberFormatOptions {
  if (digits === undefined) return {};
  const count = Number(digits);
  if (!Number.isInteger(count) || count < 0 || count > 20)
    throw wrongValue("digits", "a whole number from 0 to 20", digits);
  return { minimumFractionDigits: count, maximumFractionDigits: count };
}

function toNumber(helper: string, value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number))
    throw wrongValue(helper, "a number", value);
  return number;
}

function ownValue(object: unknown, key: unknown): unknown {
  if (object === null || typeof object !== "object")
    throw wrongValue("lookup", "an object or a list", object);
  return Object.getOwnPropertyDescriptor(object, String(key))?.value;
}

function wrongValue(helper: string, wanted: string, value: unknown): RenderFailure {
  const shown =
    typeof value === "string"
      ? JSON.stringify(value.slice(0, 40))
      : Array.isArray(value)
        ? "a list"
        : typeof value;
  return new RenderFailure("template_failed", `\`${helper}\` needs ${wanted}, not ${shown}`);
}
