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

type Args = readonly unknown[];
type Options = Readonly<Record<string, unknown>>;

const DATE_STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { dateStyle: "short" },
  medium: { dateStyle: "medium" },
  long: { dateStyle: "long" },
  full: { dateStyle: "full" },
  time: { timeStyle: "short" },
  datetime: { dateStyle: "medium", timeStyle: "short" },
};
export const DATE_FORMATS = Object.keys(DATE_STYLES).join(", ");
export const PLURAL_FORMS = ["zero", "one", "two", "few", "many", "other"] as const;

export function formatDate([value]: Args, options: Options, env: HelperEnv): string {
  const at = new Date(typeof value === "number" ? value : toText("date", value));
  if (Number.isNaN(at.getTime())) {
    throw wrongValue("date", "an ISO 8601 date or milliseconds", value);
  }
  const format = toText("date", options["format"] ?? "medium");
  const style = Object.hasOwn(DATE_STYLES, format) ? DATE_STYLES[format] : undefined;
  if (style === undefined) throw wrongValue("date", `a format of ${DATE_FORMATS}`, format);
  const timeZone = toText("date", options["tz"] ?? env.timezone);
  try {
    return dateFormat(localeFor(options, env.locale), { ...style, timeZone }).format(at);
  } catch {
    throw wrongValue("date", "an IANA time zone", timeZone);
  }
}

export function formatNumber([value]: Args, options: Options, env: HelperEnv): string {
  const shape = fixedDigits(options["digits"]);
  return numberFormat(localeFor(options, env.locale), shape).format(toNumber("number", value));
}

export function formatCurrency([value, unit]: Args, options: Options, env: HelperEnv): string {
  const amount = toNumber("currency", value);
  const currency = toText("currency", unit).toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw wrongValue("currency", "an ISO 4217 code such as EUR", currency);
  }
  const shape = { style: "currency", currency, ...fixedDigits(options["digits"]) } as const;
  return numberFormat(localeFor(options, env.locale), shape).format(amount);
}

export function choosePlural([value]: Args, options: Options, env: HelperEnv): string {
  const count = toNumber("plural", value);
  const rules = pluralRules(localeFor(options, env.textLocale));
  const form = options[rules.select(count)] ?? options["other"];
  if (form === undefined) throw wrongValue("plural", "the form other=…", undefined);
  return toText("plural", form).replaceAll("#", () =>
    numberFormat(localeFor(options, env.locale), {}).format(count),
  );
}

export function toUpper([value]: Args, _options: Options, env: HelperEnv): string {
  return toText("upper", value).toLocaleUpperCase(intlLocale(env.locale));
}

export function toLower([value]: Args, _options: Options, env: HelperEnv): string {
  return toText("lower", value).toLocaleLowerCase(intlLocale(env.locale));
}

/** Counts what people see as characters, so that none is cut in two. */
export function truncate([value, length]: Args, { end = "…" }: Options, env: HelperEnv): string {
  const text = toText("truncate", value);
  const most = toNumber("truncate", length);
  const ending = toText("truncate", end);
  if (!Number.isInteger(most) || most <= ending.length)
    throw wrongValue("truncate", "a whole length beyond that of `end`", length);
  if (text.length <= most) return text;
  const segmenter = new Intl.Segmenter(intlLocale(env.textLocale), { granularity: "grapheme" });
  // So many characters are nowhere near longer than this.
  const graphemes = Array.from(
    segmenter.segment(text.slice(0, most * 20)),
    ({ segment }) => segment,
  );
  if (graphemes.length <= most && text.length <= most * 20) return text;
  return graphemes.slice(0, most - ending.length).join("") + ending;
}

/** Own properties only: nothing of a prototype is in reach. */
export function lookupOwn([object, key]: Args): unknown {
  if (object === null || typeof object !== "object") {
    throw wrongValue("lookup", "an object or a list", object);
  }
  return Object.getOwnPropertyDescriptor(object, toText("lookup", key))?.value;
}

function localeFor(options: Options, otherwise: string): string {
  return intlLocale(typeof options["locale"] === "string" ? options["locale"] : otherwise);
}

function fixedDigits(digits: unknown): Intl.NumberFormatOptions {
  if (digits === undefined) return {};
  const count = Number(digits);
  if (!Number.isInteger(count) || count < 0 || count > 20) {
    throw wrongValue("digits", "a whole number from 0 to 20", digits);
  }
  return { minimumFractionDigits: count, maximumFractionDigits: count };
}

function toNumber(helper: string, value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw wrongValue(helper, "a number", value);
  }
  return number;
}

function toText(helper: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw wrongValue(helper, "a text or number", value);
}

/** Says what kind of value came, not which: it may be someone's data. */
function wrongValue(helper: string, wanted: string, value: unknown): RenderFailure {
  const kind = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return new RenderFailure("template_failed", `\`${helper}\` needs ${wanted}, not this ${kind}`);
}
