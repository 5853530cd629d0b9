import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send, startTestGateway, type TestGateway } from "../test-gateway.ts";
import { createApiKey } from "./api-key-store.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const notification = { to: "u", content: { text: "hi" } };
const post = (key: string | null) =>
  gateway.call("POST /v1/notifications", { key, body: notification });
const input = { name: "shop", scopes: ["send"] };

test("a key is shown once, stored hashed, and works at once", async () => {
  const created = await gateway.call("POST /v1/api-keys", { body: input });
  expect(created.status).toBe(201);
  const { id, key } = created.body;
  expect(key).toMatch(/^pc_[a-z]{8}_[\w-]{43}$/);
  expect((await post(key)).status).toBe(202);

  const { body } = await gateway.call("GET /v1/api-keys");
  const listed = body.data.find((one: { id: string }) => one.id === id);
  expect(listed).toMatchObject({
    name: "shop",
    scopes: ["send"],
    ratePerSecond: null,
    revokedAt: null,
  });
  expect(JSON.stringify(body)).not.toContain(key.split("_")[2]);
  const stored = await gateway.db.pool.query("select * from gateway.api_keys where id = $1", [id]);
  expect(JSON.stringify(stored.rows)).not.toContain(key.split("_")[2]);
});

test.each([
  ["missing", null],
  ["of no form", "secret"],
  ["unknown", "pc_nosuchke_0123456789abcdefghij"],
])("a key that is %s: 401", async (_, key) => {
  const reply = await post(key);
  expect(reply.status).toBe(401);
  expect(reply.body.code).toBe("unauthenticated");
});

test("the right prefix with a wrong secret: 401", async () => {
  const wrong = gateway.key.slice(0, -1) + (gateway.key.endsWith("A") ? "B" : "A");
  expect((await post(wrong)).status).toBe(401);
});

test("a revoked key: 401 at once here, within a second elsewhere", async () => {
  const other = await gateway.another();
  const { id, key } = (await gateway.call("POST /v1/api-keys", { body: input })).body;
  const postThere = () => send(other.url, "POST /v1/notifications", { key, body: notification });
  expect((await post(key)).status).toBe(202);
  expect((await postThere()).status).toBe(202);
  expect((await gateway.call(`DELETE /v1/api-keys/${id}`)).status).toBe(204);
  expect((await post(key)).status).toBe(401);
  await eventually(async () => expect((await postThere()).status).toBe(401), { timeoutMs: 1_500 });
  expect((await gateway.call(`DELETE /v1/api-keys/${id}`)).status).toBe(204);
  await other.close();
});

test("a call outside the key's scopes: 403", async () => {
  const key = await gateway.newKey({ scopes: ["operator"] });
  expect((await post(key)).body).toMatchObject({
    status: 403,
    code: "forbidden",
    detail: expect.stringContaining("send"),
  });
  expect((await gateway.call("GET /v1/api-keys", { key })).status).toBe(403);
});

test("a key cannot give scopes it lacks", async () => {
  const key = await gateway.newKey({ scopes: ["admin"] });
  const reply = await gateway.call("POST /v1/api-keys", {
    key,
    body: { name: "x", scopes: ["operator"] },
  });
  expect(reply.status).toBe(403);
});

test("another tenant's keys are not listed, and revoking one is 404", async () => {
  const key = await gateway.newKey({ tenant: "other" });
  const { id } = (await gateway.call("POST /v1/api-keys", { body: input })).body;
  const { body } = await gateway.call("GET /v1/api-keys", { key });
  expect(body.data.map((one: { id: string }) => one.id)).not.toContain(id);
  expect((await gateway.call(`DELETE /v1/api-keys/${id}`, { key })).status).toBe(404);
  expect((await gateway.call("DELETE /v1/api-keys/not-an-id")).status).toBe(404);
});

test("a key of a fixed text survives being made again", async () => {
  const fixed = {
    tenant: "default",
    name: "dev",
    scopes: ["send" as const],
    key: "pc_dev_0123456789abcdef",
  };
  const first = await createApiKey(gateway.db, fixed);
  expect(await createApiKey(gateway.db, fixed)).toEqual(first);
  expect((await post(fixed.key)).status).toBe(202);
});
