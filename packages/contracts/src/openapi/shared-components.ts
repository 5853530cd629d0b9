import { STATUS_CODES } from "node:http";
import { ERRORS, type ErrorCode } from "../errors.ts";
import type { JsonObject } from "../json-schema.ts";
import { errorsOf, type Operation } from "./operation.ts";

export const SHARED_PARAMETERS: JsonObject = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description:
      "Makes a repeat safe: the same key with the same body answers what the first did, for 24 hours. Quoted as " +
      "in draft-ietf-httpapi-idempotency-key-header, or bare.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: '"6f1d2c1a-order-A-17"',
  },
};

const RETRY_AFTER = {
  description: "Seconds to wait before repeating",
  schema: { type: "integer", minimum: 1 },
};
const RATE_LIMIT = {
  description:
    "Remaining requests and seconds until they are restored, as in draft-ietf-httpapi-ratelimit-headers",
  schema: { type: "string" },
  example: '"requests";r=0;t=1',
};

const HEADERS: Record<number, JsonObject> = {
  429: { "Retry-After": RETRY_AFTER, RateLimit: RATE_LIMIT },
  503: { "Retry-After": RETRY_AFTER },
};

/** One shared response for each status an error of these operations has. */
export function problemResponses(operations: readonly Operation[]): JsonObject {
  const codes = [...new Set(operations.flatMap(errorsOf))];
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status ?? 500);
  const statuses = [...byStatus.keys()].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      `Problem${status}`,
      problemResponse(status, byStatus.get(status) ?? []),
    ]),
  );
}

function problemResponse(status: number, codes: ErrorCode[]): JsonObject {
  const [first = "internal"] = codes.toSorted();
  const { title, retry } = ERRORS[first];
  const example = {
    type: `urn:pulsecourier:problem:${first}`,
    title,
    status,
    detail: title,
    code: first,
    retryable: retry,
  };
  const schema = { $ref: "#/components/schemas/ProblemDetails" };
  return {
    description: STATUS_CODES[status] ?? String(status),
    ...(HEADERS[status] && { headers: HEADERS[status] }),
    content: { "application/problem+json": { schema, example } },
  };
}
