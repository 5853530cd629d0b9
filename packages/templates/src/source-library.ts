import type { FindPartial, ParsedSource } from "./bind-state.ts";
import { deriveTextSource } from "./derive-text.ts";
import { parseSource } from "./parse-source.ts";
import type { TemplateProblem, TemplateSource } from "./template-types.ts";

/** The partials of a template and its layout, each parsed once. */
export type SourceLibrary = {
  findPartial: FindPartial;
  /** The same partials with their markup taken out, for the derived text part. */
  findTextPartial: FindPartial;
  problems: TemplateProblem[];
};

/** The template's own partials go before those of its layout. */
export function createSourceLibrary(definition: TemplateSource, layout: TemplateSource | null): SourceLibrary {
  const own = Object.entries(definition.partials ?? {}).map(([name, source]) => ({
    name,
    source,
    pointer: `/partials/${pointerToken(name)}`,
  }));
  const shared = Object.entries(layout?.partials ?? {}).map(([name, source]) => ({ name, source, pointer: "/layout" }));
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
    parsed.get(name) ?? (sources.has(name) ? `partial \`${name}\` does not parse` : `there is no partial \`${name}\``);
  return { findPartial, findTextPartial: textPartials(sources), problems };
}

function textPartials(sources: ReadonlyMap<string, string>): FindPartial {
  const derived = new Map<string, ParsedSource | string>();
  return (name) => {
    const known = derived.get(name);
    if (known !== undefined) return known;
    const found = deriveParsed(sources.get(name) ?? "") ?? "cannot be derived";
    derived.set(name, found);
    return found;
  };
}

/** The text of an HTML source, parsed; null where it cannot be derived ahead. */
export function deriveParsed(html: string): ParsedSource | null {
  const text = deriveTextSource(html);
  const result = text === null ? null : parseSource(text, "");
  return result !== null && "program" in result ? { program: result.program, pointer: "" } : null;
}

/** One step of a JSON pointer (RFC 6901 §3). */
export function pointerToken(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
