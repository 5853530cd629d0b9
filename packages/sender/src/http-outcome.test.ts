import { expect, test } from "vitest";
import { httpFailure, retryAfterMs } from "./http-outcome.ts";

const failure = (code: string, cause?: Error) =>
  Object.assign(new Error("x", { cause }), code === "" ? {} : { code });

test.each([
  ["ECONNREFUSED", "transient"],
  ["UND_ERR_CONNECT_TIMEOUT", "transient"],
  ["ENOTFOUND", "transient"],
  ["CERT_HAS_EXPIRED", "transient"],
  ["UND_ERR_HEADERS_TIMEOUT", "ambiguous"],
  ["UND_ERR_SOCKET", "ambiguous"],
  ["ECONNRESET", "ambiguous"],
  ["UND_ERR_ABORTED", "ambiguous"],
  ["HPE_INVALID_CONSTANT", "ambiguous"],
])("%s is %s", (code, kind) => {
  expect(httpFailure(failure(code))).toMatchObject({ kind });
  expect(httpFailure(failure("", failure(code)))).toMatchObject({ kind });
});

test("reads how long to wait", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(retryAfterMs({ "retry-after": "7" }, now)).toBe(7_000);
  expect(retryAfterMs({ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }, now)).toBe(5_000);
  expect(retryAfterMs({ "retry-after": "Thu, 01 Jan 1970 00:00:05 GMT" }, now)).toBe(0);
  expect(retryAfterMs({ "x-ratelimit-reset": String(now / 1_000 + 3) }, now)).toBe(3_000);
  expect(retryAfterMs({ "x-ratelimit-reset": "30" }, now)).toBe(30_000);
  expect(retryAfterMs({ "retry-after": "soon" }, now)).toBeNull();
  expect(retryAfterMs({}, now)).toBeNull();
});
