/** The tags to look for, most exact first, in lower case: `pt-BR` gives `pt-br`, `pt`. */
export function localeChain(locale: string | undefined): string[] {
  if (locale === undefined || locale === "") return [];
  const chain: string[] = [];
  let tag = localeKey(locale);
  for (;;) {
    chain.push(tag);
    const cut = tag.lastIndexOf("-");
    if (cut <= 0) return chain;
    tag = tag.slice(0, cut);
  }
}

/** One spelling for a tag: `pt_BR` and `pt-br` are the same locale. */
export function localeKey(locale: string): string {
  return locale.slice(0, 35).toLowerCase().replaceAll("_", "-");
}
