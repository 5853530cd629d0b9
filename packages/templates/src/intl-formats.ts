/** Intl objects cost 20-100 µs to make, so each is kept; the bound keeps odd options from growing the cache. */
const MAX_CACHED = 500;
const cache = new Map<string, unknown>();

export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return cached(
    `n|${locale}|${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(locale, options),
  );
}

export function dateFormat(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  return cached(
    `d|${locale}|${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, options),
  );
}

export function pluralRules(locale: string): Intl.PluralRules {
  return cached(`p|${locale}`, () => new Intl.PluralRules(locale));
}

/** The tag Intl accepts for what a recipient gave; English for what is no tag at all. */
export function intlLocale(locale: string | undefined): string {
  if (locale === undefined || locale === "") return "en";
  return cached(`l|${locale}`, () => {
    try {
      return Intl.getCanonicalLocales(locale.replaceAll("_", "-"))[0] ?? "en";
    } catch {
      return "en";
    }
  });
}

function cached<T>(key: string, make: () => T): T {
  const found = cache.get(key);
  // The key's prefix names the kind, so what is stored under it is a T.
  if (found !== undefined) return found as T;
  if (cache.size >= MAX_CACHED) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}
