/** Sources of one channel: field name → Handlebars source. */
type ChannelSources = Readonly<Record<string, string | undefined>>;

/** Channel name → its sources. */
export type ChannelsSources = Readonly<Record<string, ChannelSources | undefined>>;

/**
 * What a template is compiled from; the parsed `TemplateDefinition` of the contracts fits it.
 *
 * - `locales.<locale>.channels.<channel>` replaces the whole channel for that locale.
 * - `partials` are used as `{{> name}}`, `{{> name order}}` or `{{> name label="Total"}}`.
 * - `layout` names another template. Each of its fields that holds `{{{body}}}` wraps the field of the same channel and
 *   name: the text of this template stands where `{{{body}}}` was and reads the same variables. The layout's partials
 *   can be used too; this template's own go first. A layout has no layout itself.
 */
export type TemplateSource = {
  readonly channels: ChannelsSources;
  readonly locales?:
    | Readonly<Record<string, { readonly channels: ChannelsSources } | undefined>>
    | undefined;
  readonly layout?: string | undefined;
  readonly partials?: Readonly<Record<string, string>> | undefined;
};

/**
 * One reason why a template was refused. `pointer` is a JSON pointer into the definition;
 * `line` and `column` count from 1 inside the source found there.
 */
export type TemplateProblem = { pointer: string; line?: number; column?: number; detail: string };

export type CompileOptions = {
  /** Gives the live (or pinned) definition a `layout` names; null when there is none. */
  resolve?: ((name: string) => TemplateSource | null) | undefined;
};

/** Why a template could not be rendered; each code is final, a retry renders the same. */
export type RenderError = {
  code:
    | "template_value_missing"
    | "template_failed"
    | "header_injection"
    | "content_too_large"
    | "channel_not_in_template";
  /** The variable it is about, in full: `order.items.0.name`. */
  path?: string;
  detail: string;
};

export type RenderRequest = {
  channel: string;
  /** BCP 47 tag the recipient prefers; falls back `pt-BR → pt → default`. */
  locale?: string | undefined;
  /** The event's (or the request's) data: the variables at the root. */
  data: Readonly<Record<string, unknown>>;
  /** The variable `recipient`; its `timezone` is what `date` uses. */
  recipient: Readonly<Record<string, unknown>>;
  /** Further variables at the root which the data cannot override, such as `unsubscribeUrl`. */
  extra?: Readonly<Record<string, unknown>> | undefined;
};

export type RenderResult =
  | { ok: true; content: Record<string, string>; localeUsed: string }
  | { ok: false; error: RenderError };
