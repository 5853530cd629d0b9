import { type CompiledChannel, type CompiledTemplate, DEFAULT_LOCALE } from "./compile-template.ts";
import { htmlToText } from "./derive-text.ts";
import type { HelperEnv } from "./helper-formats.ts";
import { localeChain } from "./locale-chain.ts";
import { RenderFailure } from "./render-failure.ts";
import { checkLength } from "./render-run.ts";
import { derivedTextFormat, formatOf } from "./field-format.ts";
import type { RenderError, RenderRequest, RenderResult } from "./template-types.ts";

/**
 * Renders one channel of a compiled template. Never throws; the same input gives the same result, so an error is final.
 *
 * - Locale: the first of `pt-BR → pt → default` that has the channel. Dates and numbers follow the recipient's locale,
 *   plural forms the text's language (English for `default`).
 * - A missing or null value is `template_value_missing` with its full path, except in `#if`, `#unless`, comparisons,
 *   `default`, and `#each` or `#with` that have an `{{else}}`.
 * - Values are escaped for their field: HTML in `html`, JSON in JSON fields, Slack's `&<>` in Slack text, HTML in
 *   Telegram's, none in text.
 *   A line break or control character in a value for a `subject` is refused; in a `title` it becomes a space.
 * - An email with `html` always has `text`.
 */
export function renderChannel(template: CompiledTemplate, request: RenderRequest): RenderResult {
  const found = findChannel(template, request);
  if (found === null) {
    const detail = `the template has no \`${request.channel}\``;
    return { ok: false, error: { code: "channel_not_in_template", detail } };
  }
  const variables = { ...request.data, ...request.extra, recipient: request.recipient };
  const env = helperEnv(request, found.localeUsed);
  const content: Record<string, string> = {};
  let rendering = "";
  try {
    for (const [field, { render }] of found.fields) {
      rendering = field;
      content[field] = render(variables, env);
      if (formatOf(request.channel, field).name.endsWith("json")) JSON.parse(content[field]);
    }
    addText(request.channel, content);
    return { ok: true, content, localeUsed: found.localeUsed };
  } catch (error) {
    return { ok: false, error: renderError(error, `${request.channel}.${rendering}`) };
  }
}

function findChannel({ locales }: CompiledTemplate, { channel, locale }: RenderRequest) {
  for (const tag of [...localeChain(locale), DEFAULT_LOCALE]) {
    const found = locales.get(tag);
    const fields: CompiledChannel | undefined = found?.channels.get(channel);
    if (found !== undefined && fields !== undefined) return { fields, localeUsed: found.name };
  }
  return null;
}

function helperEnv({ locale, recipient }: RenderRequest, localeUsed: string): HelperEnv {
  const timezone = recipient["timezone"];
  return {
    locale: locale ?? "en",
    textLocale: localeUsed === DEFAULT_LOCALE ? "en" : localeUsed,
    timezone: typeof timezone === "string" ? timezone : "UTC",
  };
}

/** The text of a mail whose source did not allow to derive it ahead. */
function addText(channel: string, content: Record<string, string>): void {
  if (channel !== "email" || content["html"] === undefined || content["text"] !== undefined) return;
  content["text"] = htmlToText(content["html"]);
  checkLength(derivedTextFormat, content["text"].length);
}

function renderError(error: unknown, field: string): RenderError {
  if (error instanceof RenderFailure) {
    const path = error.path === undefined ? {} : { path: error.path };
    const about = error.path === undefined ? "" : `${error.path}: `;
    return { code: error.code, ...path, detail: `${field}: ${about}${error.message}` };
  }
  const reason =
    error instanceof SyntaxError
      ? "the result is not JSON"
      : error instanceof Error
        ? error.message
        : String(error);
  return { code: "template_failed", detail: `${field}: ${reason}` };
}
