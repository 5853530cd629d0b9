/**
 * Title and body from what there is. Words alone are the title; when they are too long for one, their beginning is, and
 * all of them are the body. A title of its own is never cut: too long, it is refused.
 */
export function headed(
  title: string | undefined,
  words: string | undefined,
  maxTitle: number,
): { title: string; body?: string } | null {
  if (title !== undefined)
    return words === undefined || words === title ? { title } : { title, body: words };
  if (words === undefined) return null;
  if (words.length <= maxTitle) return { title: words };
  const beginning = Array.from(words.slice(0, maxTitle - 1))
    .slice(0, -1)
    .join("");
  return { title: `${beginning}…`, body: words };
}
