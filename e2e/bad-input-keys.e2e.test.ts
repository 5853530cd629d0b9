import { randomUUID } from "node:crypto";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, createCaller, expectRefusal } from "./http-call.ts";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";
import { mailsTo, send, untilEnd } from "./until-end.ts";

let platform: TestPlatform;
let call: Caller;
beforeAll(async () => {
  platform = await startTestPlatform();
  call = createCaller(platform.dev.gateway, platform.dev.apiKey);
});
afterAll(() => platform.close());

const SEND = "POST /v1/notifications";
const good = { to: { email: "good@example.com" }, channels: ["email"], content: { text: "hi" } };
const PROTECTED = [
  SEND,
  "GET /v1/notifications",
  "GET /v1/api-keys",
  "GET /v1/dead-letters",
  "PUT /v1/templates/x",
];

test.each<[string, () => Promise<string | null>]>([
  ["missing", async () => null],
  ["of no form", async () => "secret"],
  ["unknown", async () => `pc_nosuchke_${"x".repeat(43)}`],
  ["wrong in its last letter", async () => platform.dev.apiKey.slice(0, -1)],
  ["revoked", revokedKey],
])("a key that is %s opens nothing", async (_, makeKey) => {
  const key = await makeKey();
  for (const line of PROTECTED) {
    const reply = await call(line, { key, ...(line.startsWith("GET") ? {} : { body: good }) });
    expectRefusal(reply, { status: 401, code: "unauthenticated", says: /Authorization: Bearer/ });
    expect(reply.headers.get("www-authenticate")).toBe("Bearer");
  }
  expect((await call(SEND, { body: good })).status).toBe(202);
});

async function revokedKey(): Promise<string> {
  const input = { name: "short-lived", scopes: ["send", "admin", "operator"] };
  const { id, key } = await platform.api.post<{ id: string; key: string }>("/v1/api-keys", input);
  expect((await call(SEND, { key, body: good })).status).toBe(202);
  await platform.api.delete(`/v1/api-keys/${id}`);
  return key;
}

test("another tenant's things are not there, and stay as they are", async () => {
  const key = platform.dev.sampleApiKey;
  const [id = ""] = await send(platform.api, {
    ...good,
    sendAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const { id: keyId } = await platform.api.post<{ id: string }>("/v1/api-keys", {
    name: "k",
    scopes: ["send"],
  });
  for (const line of [
    `GET /v1/notifications/${id}`,
    `POST /v1/notifications/${id}/cancel`,
    "GET /v1/recipients/customer-1",
    "DELETE /v1/recipients/customer-1",
    "GET /v1/templates/order-placed",
    "DELETE /v1/templates/order-placed",
    "POST /v1/templates/order-placed/preview",
    "GET /v1/rules/order-placed",
    "DELETE /v1/rules/order-placed",
    `DELETE /v1/api-keys/${keyId}`,
  ]) {
    const request = line.startsWith("POST") ? { key, body: {} } : { key };
    expectRefusal(await call(line, request), { status: 404, code: "not_found", says: /\w/ });
  }
  expect((await call("GET /v1/notifications?limit=100", { key })).body).toMatchObject({ data: [] });
  expect(
    (await call(SEND, { key, body: { to: "customer-1", template: "order-placed" } })).body,
  ).toMatchObject({ code: "unknown_template" });
  await eventually(async () =>
    expect((await call(`GET /v1/notifications/${id}`)).body).toMatchObject({ status: "scheduled" }),
  );
  for (const line of [
    "GET /v1/recipients/customer-1",
    "GET /v1/templates/order-placed",
    "GET /v1/rules/order-placed",
  ]) {
    expect((await call(line)).status).toBe(200);
  }
  expect((await call(`POST /v1/notifications/${id}/cancel`, { body: {} })).status).toBe(200);
});

test("a recipient of the same name in another tenant is somebody else", async () => {
  const key = platform.dev.sampleApiKey;
  const reply = await call(SEND, {
    key,
    body: { to: "customer-1", channels: ["email"], content: { text: "x" } },
  });
  const [, id] = /"id":"([^"]+)"/.exec(JSON.stringify(reply.body)) ?? [];
  await eventually(async () =>
    expect((await call(`GET /v1/notifications/${id}`, { key })).body).toMatchObject({
      status: "suppressed",
      error: { code: "no_address" },
    }),
  );
});

test("an idempotency key with another body is refused; the first stands and is sent once", async () => {
  const headers = { "idempotency-key": randomUUID() };
  const body = { ...good, to: { email: "once@example.com" } };
  const first = await call(SEND, { body, headers });
  expect(first.status).toBe(202);
  const other = await call(SEND, {
    body: { ...good, to: { email: "never@example.com" } },
    headers,
  });
  expectRefusal(other, { status: 422, code: "idempotency_key_reused", says: /new key/ });
  expect((await call(SEND, { body, headers })).body).toEqual(first.body);
  const [, id = ""] = /"id":"([^"]+)"/.exec(JSON.stringify(first.body)) ?? [];
  expect((await untilEnd(platform.api, id)).status).toBe("sent");
  expect(await mailsTo(platform.dev.simulator, "once@example.com")).toBe(1);
  expect(await mailsTo(platform.dev.simulator, "never@example.com")).toBe(0);
});
