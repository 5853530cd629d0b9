import { afterAll, beforeAll, expect, test } from "vitest";
import { type Reply, startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const POST = "POST /v1/notifications";
const good = { to: "u", content: { text: "hi" } };

/** Every refusal is a whole problem document of that code. */
function expectProblem(reply: Reply, status: number, code: string): void {
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect(reply.body).toMatchObject({
    status,
    code,
    type: `urn:pulsecourier:problem:${code}`,
    title: expect.stringMatching(/\w/),
    detail: expect.stringMatching(/\w/),
    instance: expect.stringMatching(/^\//),
    retryable: false,
    requestId: reply.headers.get("x-request-id"),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(reply.status).toBe(status);
}

test("malformed JSON: 400 names line and column", async () => {
  const reply = await gateway.call(POST, { raw: '{"to": "u",\n "content": {text: 1}}' });
  expectProblem(reply, 400, "malformed_json");
  expect(reply.body.detail).toContain("Line 2, column 14");
});

test("an empty body: 400", async () => {
  expectProblem(
    await gateway.call(POST, { raw: "", headers: { "content-type": "application/json" } }),
    400,
    "malformed_json",
  );
});

test("unknown field names: 422 with pointers", async () => {
  const reply = await gateway.call(POST, { body: { ...good, too: "u" } });
  expectProblem(reply, 422, "invalid_request");
  expect(reply.body.errors).toEqual([{ pointer: "/too", detail: "unknown field" }]);
});

test.each([
  ["no recipients", { to: [] }, "invalid_request", "/to"],
  [
    "1,001 recipients",
    { to: Array.from({ length: 1_001 }, (_, at) => `u${at}`) },
    "invalid_request",
    "/to",
  ],
  ["an unknown channel", { channels: ["fax"] }, "unknown_channel", "/channels/0"],
  ["neither template nor content", { content: undefined }, "invalid_request", "/template"],
  [
    "an unknown template",
    { content: undefined, template: "gone" },
    "unknown_template",
    "/template",
  ],
  ["content no channel can use", { content: {} }, "content_unusable", "/content"],
  ["data over the limit", { data: { x: "x".repeat(65_536) } }, "invalid_request", "/data"],
  ["sendAt in the past", { sendAt: "2020-01-01T00:00:00Z" }, "invalid_request", "/sendAt"],
  ["sendAt beyond a year", { sendAt: "2099-01-01T00:00:00Z" }, "invalid_request", "/sendAt"],
  ["sendAt that is no time", { sendAt: "tomorrow" }, "invalid_request", "/sendAt"],
  ["expiresAt before now", { expiresAt: "2020-01-01T00:00:00Z" }, "invalid_request", "/expiresAt"],
  [
    "header injection",
    { content: { text: "x", subject: "a\r\nBcc: b@c.d" } },
    "invalid_request",
    "/content/subject",
  ],
])("%s: 422", async (_, change, code, pointer) => {
  const reply = await gateway.call(POST, { body: { ...good, ...change } });
  expectProblem(reply, 422, code);
  expect(reply.body.errors[0].pointer).toBe(pointer);
});

test("expiresAt before sendAt: 422", async () => {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const reply = await gateway.call(POST, {
    body: { ...good, sendAt: at(7_200_000), expiresAt: at(3_600_000) },
  });
  expectProblem(reply, 422, "invalid_request");
  expect(reply.body.errors[0].pointer).toBe("/expiresAt");
});

test("a body of 2 MB: 413 says the limit, with a length and without", async () => {
  const raw = JSON.stringify({ ...good, data: { x: "x".repeat(2_000_000) } });
  const reply = await gateway.call(POST, { raw });
  expectProblem(reply, 413, "body_too_large");
  expect(reply.body.detail).toContain("1048576");
  const chunked = await fetch(`${gateway.url}/v1/notifications`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${gateway.key}` },
    body: new Blob([raw]).stream(),
    duplex: "half",
  });
  expect(chunked.status).toBe(413);
  expect((await gateway.call(POST, { body: good })).status).toBe(202);
});

test.each([["text/plain"], ["application/x-www-form-urlencoded"], ["application/json-patch+json"]])(
  "content type %s: 415",
  async (type) => {
    expectProblem(
      await gateway.call(POST, { body: good, headers: { "content-type": type } }),
      415,
      "unsupported_media_type",
    );
  },
);

test("a compressed body: 415", async () => {
  const reply = await gateway.call(POST, { body: good, headers: { "content-encoding": "gzip" } });
  expectProblem(reply, 415, "unsupported_media_type");
});

test("charset and case of the content type do not matter", async () => {
  const headers = { "content-type": "Application/JSON; charset=utf-8" };
  expect((await gateway.call(POST, { body: good, headers })).status).toBe(202);
});

test("an unknown path: 404; a known one with another method: 405 and Allow", async () => {
  expectProblem(await gateway.call("GET /v1/nothing"), 404, "not_found");
  const reply = await gateway.call("DELETE /v1/notifications");
  expectProblem(reply, 405, "method_not_allowed");
  expect(reply.headers.get("allow")).toBe("POST, GET");
});

test("broken percent-encoding in a path: 400", async () => {
  expectProblem(await gateway.call("GET /v1/notifications/%E0%A4%A"), 400, "malformed_request");
});

test("query parameters that do not fit: 400 names them", async () => {
  const reply = await gateway.call("GET /v1/notifications?limit=101&statis=sent");
  expectProblem(reply, 400, "malformed_request");
  expect(reply.body.detail).toMatch(/limit.*statis/s);
});

test("the request id is echoed, or made when it is missing or odd", async () => {
  const id = async (given?: string) =>
    (
      await gateway.call("GET /v1/nothing", {
        headers: given === undefined ? {} : { "x-request-id": given },
      })
    ).headers.get("x-request-id");
  expect(await id("req-1")).toBe("req-1");
  expect(await id()).toMatch(/^[0-9a-f-]{36}$/);
  expect(await id("<script>")).toMatch(/^[0-9a-f-]{36}$/);
});

test("health and metrics need no key", async () => {
  const plain = { key: null };
  expect((await gateway.call("GET /livez", plain)).body).toBe("ok\n");
  expect((await gateway.call("GET /readyz?verbose", plain)).body.checks).toHaveProperty("kafka");
  const { body } = await gateway.call("GET /metrics", plain);
  expect(body).toMatch(
    /pulse_http_requests_total\{route="POST \/v1\/notifications",status="413",service="gateway"\} 2/,
  );
  expect(body).toMatch(/pulse_accepted_total\{kind="notification",service="gateway"\} 2/);
});
