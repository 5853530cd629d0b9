import type { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import type { Scope } from "../schemas/api-key.ts";

/** What a call answers with one status; without a schema it has no JSON body. */
export type DocumentedAnswer = {
  description: string;
  schema?: z.ZodType;
  example?: unknown;
  /** Media type of an answer that is not JSON. */
  mediaType?: string;
};

/** One REST call, as documented: the data OpenAPI is generated from. */
export type Operation = {
  /** `operationId`; never renamed, clients are generated from it. */
  id: string;
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Parameters as `{name}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** The scope a key needs; `inbox` takes a recipient token, `none` nothing. */
  scope: Scope | "inbox" | "none";
  query?: z.ZodObject;
  body?: { schema: z.ZodType; mediaTypes?: readonly string[]; example: unknown };
  /** Takes an Idempotency-Key. */
  idempotent?: true;
  answers: Record<number, DocumentedAnswer>;
  /** Errors of its own; those every call of its kind can have are added. */
  errors?: readonly ErrorCode[];
};

const KEYED: readonly ErrorCode[] = ["unauthenticated", "forbidden", "rate_limited"];
const TOKEN: readonly ErrorCode[] = ["unauthenticated", "rate_limited"];
const WITH_BODY: readonly ErrorCode[] = [
  "malformed_json",
  "body_too_large",
  "unsupported_media_type",
  "invalid_request",
];
const IDEMPOTENT: readonly ErrorCode[] = ["idempotency_key_in_use", "idempotency_key_reused"];

/** Every error code a call can answer with. */
export function errorsOf({
  path,
  scope,
  body,
  idempotent,
  query,
  errors = [],
}: Operation): ErrorCode[] {
  // Health, metrics and documentation answer text.
  if (!path.startsWith("/v1/")) return [];
  const caller = scope === "none" ? [] : scope === "inbox" ? TOKEN : KEYED;
  const all = [
    ...errors,
    ...caller,
    ...(body === undefined ? [] : WITH_BODY),
    ...(query === undefined ? [] : (["malformed_request"] as const)),
    ...(idempotent === undefined ? [] : IDEMPOTENT),
    "internal" as const,
    "unavailable" as const,
  ];
  return [...new Set(all)];
}
