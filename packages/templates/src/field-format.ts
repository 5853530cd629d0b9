import { escapeEntities } from "@pulsecourier/contracts";
import Handlebars from "handlebars";
import { RenderFailure } from "./render-failure.ts";

/** How a field escapes the values put into it, and the longest text it may become, in characters. */
export type FieldFormat = {
  name:
    | "html"
    | "header"
    | "line"
    | "json"
    | "slack"
    | "slack-json"
    | "telegram"
    | "whatsapp-json"
    | "text";
  maxOutput: number;
  escape: (value: string) => string;
  /** Set where a field is one line: whitespace of the source folds to one space. */
  singleLine?: true;
  /** Last touch to the whole text. */
  finish?: (text: string) => string;
};

const MIB = 1_048_576;
const TEXT_CHARACTERS = 262_144;

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const html: FieldFormat = { name: "html", maxOutput: MIB, escape: Handlebars.escapeExpression };
const text: FieldFormat = { name: "text", maxOutput: TEXT_CHARACTERS, escape: (value) => value };
// RFC 5322 §2.1.1: no line of a header is longer than 998 characters.
const header: FieldFormat = {
  name: "header",
  maxOutput: 998,
  escape: refuseControls,
  singleLine: true,
  finish: trim,
};
const line: FieldFormat = {
  name: "line",
  maxOutput: 1_000,
  escape: foldWhitespace,
  singleLine: true,
  finish: trim,
};
const json: FieldFormat = { name: "json", maxOutput: TEXT_CHARACTERS, escape: escapeJson };
// https://api.slack.com/reference/surfaces/formatting#escaping: otherwise data could say <!channel>.
const slack: FieldFormat = { name: "slack", maxOutput: 40_000, escape: escapeEntities };
const slackJson: FieldFormat = {
  ...json,
  name: "slack-json",
  escape: (value) => escapeJson(escapeEntities(value)),
};

// https://core.telegram.org/bots/api#html-style: numeric entities are supported, so what suits HTML suits Telegram.
const telegram: FieldFormat = { ...text, name: "telegram", escape: Handlebars.escapeExpression };
// Meta refuses values with a line break, a tab or more than four spaces in a row.
const whatsappJson: FieldFormat = {
  ...json,
  name: "whatsapp-json",
  escape: (value) => escapeJson(foldWhitespace(value).replace(/ {5,}/g, "    ")),
};

const BY_FIELD: Readonly<Record<string, FieldFormat>> = {
  "*.html": html,
  "*.subject": header,
  "*.title": line,
  "*.data": json,
  "*.payload": json,
  "*.blocks": json,
  "*.components": json,
  "slack.text": slack,
  "slack.blocks": slackJson,
  "telegram.text": telegram,
  "sms.text": { ...text, maxOutput: 1_600 },
  "whatsapp.parameters": whatsappJson,
};

/** The format of a field: by channel and name, then by name, else plain text. */
export function formatOf(channel: string, field: string): FieldFormat {
  return BY_FIELD[`${channel}.${field}`] ?? BY_FIELD[`*.${field}`] ?? text;
}

/** The format of the text part derived from HTML; blocks that render nothing leave no gap in it. */
export const derivedTextFormat: FieldFormat = { ...text, maxOutput: MIB, finish: foldBlankLines };

function refuseControls(value: string): string {
  if (!CONTROL.test(value)) return value;
  throw new RenderFailure(
    "header_injection",
    "a line break or control character cannot stand in a header field",
  );
}

function foldWhitespace(value: string): string {
  return CONTROL.test(value) ? value.replace(new RegExp(CONTROL, "g"), " ") : value;
}

function trim(value: string): string {
  return value.trim();
}

function foldBlankLines(value: string): string {
  return value.includes("\n\n\n") ? value.replace(/\n{3,}/g, "\n\n").trim() : value.trim();
}

function escapeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
