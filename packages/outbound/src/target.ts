import { isPublicAddress } from "./is-public-address.ts";

/** Where a request is to go. An allowed origin is trusted as it is; any other is checked once it is resolved. */
export type Target = { ok: true; url: URL; allowed: boolean } | { ok: false; detail: string };

const MAX_URL = 2_048;

/**
 * Reads a target's URL: https, or whatever `allowedOrigins` lists; without credentials; no address that is not
 * public, however it is spelled (the URL parser turns `0x7f.1` into `127.0.0.1`).
 */
export function readTarget(text: string, allowedOrigins: ReadonlySet<string>): Target {
  if (text.length > MAX_URL) return refused(`the URL is longer than ${MAX_URL} characters`);
  const url = URL.parse(text);
  if (url === null) return refused("not an absolute URL");
  if (url.username !== "" || url.password !== "") return refused("the URL carries credentials");
  if (allowedOrigins.has(url.origin)) return { ok: true, url, allowed: true };
  if (url.protocol !== "https:") return refused("only https is called");
  const literal = literalOf(url.hostname);
  if (literal !== null && !isPublicAddress(literal)) return refused("the address is not public");
  return { ok: true, url, allowed: false };
}

/** The IP address a URL's host is, without the brackets of IPv6; null for a name. */
function literalOf(hostname: string): string | null {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return /^[\d.]+$/.test(hostname) ? hostname : null;
}

const refused = (detail: string): Target => ({ ok: false, detail });

/** Origins as URLs compare them: lower case, default ports left out. */
export function originsOf(urls: readonly string[]): ReadonlySet<string> {
  return new Set(urls.map((url) => new URL(url).origin));
}
