import type { ProviderOutcome } from "./provider.ts";

/** Errors that come before a request is written: the provider cannot have seen it. */
const BEFORE_SENDING = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
]);

/** What it means that a request through a dispatcher of ours threw: anything unclear may have been accepted. */
export function httpFailure(error: unknown): ProviderOutcome {
  const code = codeOf(error) ?? "";
  const detail = error instanceof Error ? error.message || code : String(error);
  const before =
    BEFORE_SENDING.has(code) || /^(?:CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);
  return { kind: before ? "transient" : "ambiguous", detail };
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What a refusal means by its HTTP status alone; a provider looks at its own error codes first. */
export function refusalOf(
  { status, headers }: { status: number; headers: AnswerHeaders },
  detail: string,
): ProviderOutcome {
  if (status === 429) return rateLimited(headers, detail);
  if (status === 413) return { kind: "permanent", code: "content_too_large", detail };
  if (status === 400 || status === 422) return { kind: "permanent", detail };
  if (status >= 500 || status === 408) return { kind: "transient", detail };
  // 401, 403, and whatever a wrong base URL gives: the message is not at fault.
  return { kind: "config", detail };
}

/** Slow down, for as long as the answer's headers ask. */
export function rateLimited(
  headers: AnswerHeaders,
  detail: string,
): Extract<ProviderOutcome, { kind: "rate_limited" }> {
  const wait = retryAfterMs(headers);
  return { kind: "rate_limited", detail, ...(wait === null ? {} : { retryAfterMs: wait }) };
}

/**
 * How long a provider asks to wait, ms: `Retry-After` (seconds or date, RFC 9110 §10.2.3), else `X-RateLimit-Reset`
 * (seconds since 1970, or from now when small). Null when it does not say.
 */
export function retryAfterMs(headers: AnswerHeaders, now: number = Date.now()): number | null {
  const after = single(headers["retry-after"]);
  if (after !== undefined && /^\d{1,9}$/.test(after)) return Number(after) * 1_000;
  if (after !== undefined && !Number.isNaN(Date.parse(after)))
    return Math.max(0, Date.parse(after) - now);
  const reset = single(headers["x-ratelimit-reset"]);
  if (reset === undefined || !/^\d{1,11}(?:\.\d+)?$/.test(reset)) return null;
  const seconds = Number(reset);
  return seconds > 1e9 ? Math.max(0, seconds * 1_000 - now) : seconds * 1_000;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
}
