import type { FindPartial, ParsedSource } from "./bind-state.ts";
import { deriveTextSource } from "./derive-text.ts";
import { MAX_SOURCE, parseSource } from "./parse-source.ts";
import type { TemplateProblem, TemplateSource } from "./template-types.ts";

/** The partials of a template and its layout, each parsed once. */
export type SourceLibrary = {
  findPartial: FindPartial;
  /** The same partials with their markup taken out, for the derived text part. */
  findTextPartial: FindPartial;
  /** The text of an HTML source with its partials, parsed; null where it cannot be derived ahead. */
  deriveText: (html: string) => ParsedSource | null;
  problems: TemplateProblem[];
};

/** The template's own partials go before those of its layout. */
export function createSourceLibrary(
  definition: TemplateSource,
  layout: TemplateSource | null,
): SourceLibrary {
  const own = Object.entries(definition.partials ?? {}).map(([name, source]) => ({
    name,
    source,
    pointer: `/partials/${pointerToken(name)}`,
  }));
  const shared = Object.entries(layout?.partials ?? {}).map(([name, source]) => ({
    name,
    source,
    pointer: "/layout",
  }));
  const problems: TemplateProblem[] = [];
  const parsed = new Map<string, ParsedSource>();
  const sources = new Map<string, string>();
  for (const { name, source, pointer } of [...shared, ...own]) {
    const result = parseSource(source, pointer);
    if ("problem" in result) problems.push(result.problem);
    else parsed.set(name, { program: result.program, pointer });
    sources.set(name, source);
  }
  const findPartial: FindPartial = (name) =>
    parsed.get(name) ??
    (sources.has(name) ? `partial \`${name}\` does not parse` : `there is no partial \`${name}\``);
  const deriveText = (html: string) => {
    const whole = inlinePartials(html, sources);
    return whole === null ? null : deriveParsed(whole);
  };
  return { findPartial, findTextPartial: textPartials(sources), deriveText, problems };
}

/** Partials called with values stay calls; one with blocks of its own would lose the line breaks around it. */
function textPartials(sources: ReadonlyMap<string, string>): FindPartial {
  return (name) => {
    const source = sources.get(name);
    const parsed = source === undefined || BLOCK_MARKUP.test(source) ? null : deriveParsed(source);
    return parsed ?? "cannot be derived";
  };
}

const BLOCK_MARKUP = /<(?!\/?(?:a|abbr|b|code|em|font|i|s|small|span|strong|sub|sup|u)\b)/i;
const PLAIN_PARTIAL = /\{\{>\s*([\w.@+:-]+)\s*\}\}/g;

/** Puts partials called without values in their place; null when that grows over `MAX_SOURCE`. */
function inlinePartials(html: string, sources: ReadonlyMap<string, string>): string | null {
  let text = html;
  for (let round = 0; round < 10 && text.search(PLAIN_PARTIAL) !== -1; round++) {
    let length = text.length;
    const next = text.replace(PLAIN_PARTIAL, (tag, name: string) => {
      const source = sources.get(name) ?? tag;
      length += source.length;
      return length > MAX_SOURCE ? "" : source;
    });
    if (length > MAX_SOURCE) return null;
    text = next;
  }
  return text;
}

function deriveParsed(html: string): ParsedSource | null {
  const text = deriveTextSource(html);
  const result = text === null ? null : parseSource(text, "");
  return result !== null && "program" in result ? { program: result.program, pointer: "" } : null;
}

/** One step of a JSON pointer (RFC 6901 §3). */
export function pointerToken(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
