/** `url` as an absolute http(s) address, `mailto` as an email address without the scheme. */
type Unsubscribe = { url: string; mailto?: string };

/**
 * The unsubscribe headers of a message, per RFC 2369 §3.2 and RFC 8058 §3.
 * One-click needs an https URL (RFC 8058 §3.1); plain http counts only on the loopback, for development.
 * Throws a TypeError when `url` is no absolute http(s) URL. Values hold no line break or angle bracket from the input.
 */
export function unsubscribeHeaders({ url, mailto }: Unsubscribe): Record<string, string> {
  const target = new URL(url);
  if (target.protocol !== "https:" && target.protocol !== "http:") {
    throw new TypeError(`the unsubscribe URL must be http(s), not ${target.protocol}`);
  }
  const oneClick =
    target.protocol === "https:" ||
    target.hostname === "localhost" ||
    target.hostname === "127.0.0.1";
  const locations = [`<${target.href.replace(/[<>\s]/g, encodeURIComponent)}>`];
  if (mailto !== undefined) locations.push(`<mailto:${encodeURI(mailto)}>`);
  return {
    "List-Unsubscribe": locations.join(", "),
    ...(oneClick ? { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } : {}),
  };
}
