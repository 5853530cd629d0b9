import type { ParsedSource } from "./bind-state.ts";
import { type CompiledField, compileField } from "./compiled-field.ts";
import { derivedTextFormat, formatOf } from "./field-format.ts";
import { localeChain, localeKey } from "./locale-chain.ts";
import { parseSource } from "./parse-source.ts";
import { type SourceLibrary, pointerToken } from "./source-library.ts";
import type { TemplateProblem, TemplateSource } from "./template-types.ts";

type Fields = Readonly<Record<string, string | undefined>>;
type ChannelRequest = { channel: string; fields: Fields; pointer: string; locale: string };
type ChannelResult = { compiled: Map<string, CompiledField>; problems: TemplateProblem[] };

/** Compiles the fields of one channel; an email with `html` but no `text` gets a text part where it can be derived. */
export function compileChannel(
  { channel, fields, pointer, locale }: ChannelRequest,
  layout: TemplateSource | null,
  library: SourceLibrary,
): ChannelResult {
  const compiled = new Map<string, CompiledField>();
  const problems: TemplateProblem[] = [];
  const layoutFields = layout === null ? {} : fieldsFor(layout, channel, locale);
  for (const [field, source] of Object.entries(fields)) {
    if (source === undefined) continue;
    const body = parseSource(source, `${pointer}/${pointerToken(field)}`);
    const layoutSource = Object.hasOwn(layoutFields, field) ? layoutFields[field] : undefined;
    const around = layoutSource === undefined ? undefined : parseSource(layoutSource, "/layout");
    if ("problem" in body) problems.push(body.problem);
    else if (around !== undefined && "problem" in around) problems.push(around.problem);
    else {
      const given = { format: formatOf(channel, field), findPartial: library.findPartial };
      const inner = { program: body.program, pointer: `${pointer}/${pointerToken(field)}` };
      const result = compileWrapped(
        inner,
        around && { program: around.program, pointer: "/layout" },
        given,
      );
      if ("problems" in result) problems.push(...result.problems);
      else compiled.set(field, result.field);
    }
  }
  if (
    channel === "email" &&
    fields["html"] !== undefined &&
    fields["text"] === undefined &&
    compiled.has("html")
  ) {
    const text = deriveText(fields["html"], layoutFields, library);
    if (text !== undefined) compiled.set("text", text);
  }
  return { compiled, problems };
}

/** A layout's fields in the best locale it has for the template's. */
function fieldsFor(layout: TemplateSource, channel: string, locale: string): Fields {
  for (const tag of localeChain(locale)) {
    const found = Object.entries(layout.locales ?? {}).find(
      ([name]) => localeKey(name) === tag,
    )?.[1]?.channels[channel];
    if (found !== undefined) return found;
  }
  return layout.channels[channel] ?? {};
}

type Given = Omit<Parameters<typeof compileField>[1], "body" | "pointer">;

/** Compiles a field inside its layout's field when there is one; a layout must say where the body goes. */
function compileWrapped(
  inner: ParsedSource,
  layout: ParsedSource | undefined,
  given: Given,
): ReturnType<typeof compileField> {
  if (layout === undefined)
    return compileField(inner.program, { ...given, body: undefined, pointer: inner.pointer });
  const result = compileField(layout.program, { ...given, body: inner, pointer: layout.pointer });
  if ("problems" in result || result.bodyUsed) return result;
  return {
    problems: [
      {
        pointer: "/layout",
        detail: "the layout does not say where the text goes; put {{{body}}} there",
      },
    ],
  };
}

/** Derives the text part; undefined where it cannot be, so that the rendered html is converted instead. */
function deriveText(
  html: string,
  layout: Fields,
  library: SourceLibrary,
): CompiledField | undefined {
  const given = { format: derivedTextFormat, findPartial: library.findTextPartial };
  const around = layout["text"] === undefined ? undefined : parseSource(layout["text"], "/layout");
  const whole = around === undefined ? layout["html"]?.replace(BODY, () => html) : undefined;
  const inner = library.deriveText(whole ?? html);
  if (inner === null || (around !== undefined && "problem" in around)) return undefined;
  const result = compileWrapped(
    inner,
    around && { program: around.program, pointer: "/layout" },
    given,
  );
  return "problems" in result ? undefined : result.field;
}

const BODY = /\{\{\{\s*body\s*\}\}\}/;
