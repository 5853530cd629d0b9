import {
  choosePlural,
  DATE_FORMATS,
  formatCurrency,
  formatDate,
  formatNumber,
  type HelperEnv,
  lookupOwn,
  PLURAL_FORMS,
  toLower,
  toUpper,
  truncate,
} from "./helper-formats.ts";

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
    does: `A date (ISO 8601 or milliseconds) in the recipient's locale and time zone. Formats: ${DATE_FORMATS}.`,
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
    run: formatNumber,
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
    run: toUpper,
  },
  lower: {
    signature: "lower value",
    does: "In small letters.",
    example: "{{lower code}}",
    args: [1, 1],
    run: toLower,
  },
  truncate: {
    signature: 'truncate value length end="…"',
    does: "The value, cut to so many characters where it is longer; `end` is the last of them. Nothing else ever cuts.",
    example: '{{truncate order.note 80 end="..."}}',
    args: [2, 2],
    options: ["end"],
    run: truncate,
  },
  lookup: {
    signature: "lookup object key",
    does: "The object's (or list's) own value under a computed key.",
    example: "{{lookup labels status}}",
    args: [2, 2],
    run: lookupOwn,
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
