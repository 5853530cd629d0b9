import { type CompiledField } from "./compiled-field.ts";
import { compileChannel } from "./compile-channel.ts";
import { localeKey } from "./locale-chain.ts";
import { createSourceLibrary, pointerToken } from "./source-library.ts";
import type {
  ChannelsSources,
  CompileOptions,
  TemplateProblem,
  TemplateSource,
} from "./template-types.ts";

/** Fields of one channel in one locale, ready to render. */
export type CompiledChannel = ReadonlyMap<string, CompiledField>;

/** One version of a template, compiled. Hold on to it for as long as the version is in use; it keeps no state. */
export type CompiledTemplate = {
  /** Locale in lower case (or `default`) → its name as written and its channels. */
  readonly locales: ReadonlyMap<
    string,
    { name: string; channels: ReadonlyMap<string, CompiledChannel> }
  >;
};

export type CompileResult =
  | { ok: true; template: CompiledTemplate }
  | { ok: false; problems: TemplateProblem[] };

/** The locale a template's own `channels` are filed under. */
export const DEFAULT_LOCALE = "default";

/**
 * Compiles every field of every channel and locale, or lists every problem with its place: syntax, unknown helpers,
 * partials and layouts, `{{{ }}}` outside of html, recursion, sizes. Never throws, whatever the sources hold.
 */
export function compileTemplate(
  definition: TemplateSource,
  options: CompileOptions = {},
): CompileResult {
  const { layout, problems } = resolveLayout(definition, options);
  const library = createSourceLibrary(definition, layout);
  problems.push(...library.problems);
  const locales = new Map<string, { name: string; channels: Map<string, CompiledChannel> }>();
  const sources: [string, string, ChannelsSources][] = [
    [DEFAULT_LOCALE, "/channels", definition.channels],
    ...Object.entries(definition.locales ?? {}).map(
      ([name, locale]): [string, string, ChannelsSources] => [
        name,
        `/locales/${pointerToken(name)}/channels`,
        locale?.channels ?? {},
      ],
    ),
  ];
  for (const [name, pointer, channels] of sources) {
    const compiled = new Map<string, CompiledChannel>();
    for (const [channel, fields] of Object.entries(channels)) {
      if (fields === undefined) continue;
      const request = {
        channel,
        fields,
        pointer: `${pointer}/${pointerToken(channel)}`,
        locale: name,
      };
      const result = compileChannel(request, layout, library);
      problems.push(...result.problems);
      compiled.set(channel, result.compiled);
    }
    locales.set(localeKey(name), { name, channels: compiled });
  }
  return problems.length > 0
    ? { ok: false, problems: distinct(problems) }
    : { ok: true, template: { locales } };
}

/** The variables a template cannot render without, in full (`order.items.*.name`), sorted; all channels and locales. */
export function requiredPaths({ locales }: CompiledTemplate): string[] {
  const fields = [...locales.values()].flatMap(({ channels }) =>
    [...channels.values()].flatMap((all) => [...all.values()]),
  );
  return [...new Set(fields.flatMap((field) => field.requiredPaths))].toSorted();
}

function resolveLayout({ layout: name }: TemplateSource, { resolve }: CompileOptions) {
  const problems: TemplateProblem[] = [];
  if (name === undefined) return { layout: null, problems };
  const layout = resolve?.(name) ?? null;
  if (layout === null)
    problems.push({ pointer: "/layout", detail: `there is no template \`${name}\`; PUT it first` });
  else if (layout.layout !== undefined) {
    problems.push({
      pointer: "/layout",
      detail: `\`${name}\` has a layout itself, so it cannot be one`,
    });
  }
  return { layout, problems };
}

/** Most problems told at once. */
const MAX_PROBLEMS = 50;

/** A partial's problem shows at every use; it is told once. */
function distinct(problems: readonly TemplateProblem[]): TemplateProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()].slice(
    0,
    MAX_PROBLEMS,
  );
}
