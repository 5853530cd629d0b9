import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { PulseError } from "@pulsecourier/contracts";

const MAX_LENGTH = 255;
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
const BARE = /^[!#-~][ -~]*$/;

/**
 * The Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07: an RFC 8941 string, so quoted), which many
 * clients send bare. Null when there is none; `malformed_request` when it is neither or over 255 characters.
 */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | null {
  const header = headers["idempotency-key"];
  if (header === undefined) return null;
  const text = String(header).trim();
  const quoted = QUOTED.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, "$1");
  const key = quoted ?? (BARE.test(text) ? text : "");
  if (key.length > 0 && key.length <= MAX_LENGTH) return key;
  const detail = `Idempotency-Key must be 1 to ${MAX_LENGTH} printable ASCII characters, bare or in double quotes.`;
  throw new PulseError("malformed_request", detail);
}

type Fingerprinted = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
};

/** What makes two requests the same: method, path, body, and the headers that carry an event's attributes. */
export function fingerprintOf({ method, path, headers, rawBody }: Fingerprinted): Buffer {
  const hash = createHash("sha256").update(`${method} ${path}\n`);
  for (const name of Object.keys(headers).toSorted()) {
    if (name.startsWith("ce-")) hash.update(`${name}: ${String(headers[name])}\n`);
  }
  return hash.update("\n").update(rawBody).digest();
}
