import { formatWebhookSecret } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

const ALLOWED = "http://127.0.0.1:8025";
const input = { url: `${ALLOWED}/hooks/shop`, events: ["delivery.sent", "delivery.failed"] };
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ CALLBACK_ALLOWED_ORIGINS: ALLOWED });
});
afterAll(() => gateway.close());

test("a callback is created with a secret that is shown once", async () => {
  const created = await gateway.call("PUT /v1/callbacks/shop", { body: input });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ name: "shop", ...input, state: "enabled" });
  expect(Buffer.from(created.body.secret.slice("whsec_".length), "base64")).toHaveLength(32);
  const changed = await gateway.call("PUT /v1/callbacks/shop", {
    body: { ...input, events: ["*"] },
  });
  expect(changed.status).toBe(200);
  expect(changed.body).toMatchObject({ events: ["*"] });
  expect(changed.body.secret).toBeUndefined();
  const read = await gateway.call("GET /v1/callbacks/shop");
  expect(read.body).toEqual(changed.body);
  expect((await gateway.call("GET /v1/callbacks")).body.data).toEqual([read.body]);
});

test.each([
  ["http", "http://shop.example/hook"],
  ["loopback", "https://127.0.0.1/hook"],
  ["loopback by name", "https://localhost/hook"],
  ["another port than allowed", "http://127.0.0.1:8026/hook"],
  ["a cloud's metadata", "https://169.254.169.254/latest"],
  ["a private address, mapped", "https://[::ffff:10.0.0.1]/"],
  ["no URL", "shop"],
])("%s is refused", async (_, url) => {
  const { status, body } = await gateway.call("PUT /v1/callbacks/bad", { body: { ...input, url } });
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: "forbidden_target" });
  expect((await gateway.call("GET /v1/callbacks/bad")).status).toBe(404);
});

test("an unknown type of event is refused with its place", async () => {
  const body = { ...input, events: ["delivery.sent", "delivery.lost"] };
  const answer = await gateway.call("PUT /v1/callbacks/bad", { body });
  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].pointer).toBe("/events/1");
});

test("a rotated secret is new, and the one before stays for a day", async () => {
  const { body: created } = await gateway.call("PUT /v1/callbacks/turning", { body: input });
  const { status, body } = await gateway.call("POST /v1/callbacks/turning/rotate");
  expect(status).toBe(200);
  expect(body.secret).not.toBe(created.secret);
  const hours = (Date.parse(body.previousUntil) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  const row = await gateway.db.kysely
    .selectFrom("gateway.callbacks")
    .selectAll()
    .where("name", "=", "turning")
    .executeTakeFirstOrThrow();
  expect(formatWebhookSecret(row.secret)).toBe(body.secret);
  expect(formatWebhookSecret(row.previous_secret ?? Buffer.alloc(0))).toBe(created.secret);
});

test("callbacks are a tenant's own", async () => {
  const other = await gateway.newKey({ tenant: "other" });
  await gateway.call("PUT /v1/callbacks/mine", { body: input });
  const path = "/v1/callbacks/mine";
  for (const call of [`GET ${path}`, `DELETE ${path}`, `POST ${path}/rotate`])
    expect((await gateway.call(call, { key: other })).status).toBe(404);
  expect((await gateway.call("DELETE /v1/callbacks/mine")).status).toBe(204);
  expect((await gateway.call("GET /v1/callbacks/mine")).status).toBe(404);
  const sender = await gateway.newKey({ scopes: ["send"] });
  expect((await gateway.call(`GET ${path}`, { key: sender })).status).toBe(403);
});

test("a disabled callback says so, and a PUT enables it", async () => {
  await gateway.call("PUT /v1/callbacks/tired", { body: input });
  await gateway.db.pool.query(
    `insert into tracking.callback_health values ('default', 'tired', now(), 'provider_timeout', now(), 'failing')`,
  );
  const { body } = await gateway.call("GET /v1/callbacks/tired");
  expect(body).toMatchObject({
    state: "disabled",
    disabledReason: "failing",
    lastError: "provider_timeout",
  });
  const enabled = await gateway.call("PUT /v1/callbacks/tired", { body: input });
  expect(enabled.body).toMatchObject({ state: "enabled", failingSince: null, lastError: null });
});

test("a tenant's webhook secret is its own", async () => {
  const { body } = await gateway.call("GET /v1/webhook-secret");
  expect(body.secret).toMatch(/^whsec_/);
  expect((await gateway.call("GET /v1/webhook-secret")).body).toEqual(body);
  const other = await gateway.newKey({ tenant: "other" });
  expect((await gateway.call("GET /v1/webhook-secret", { key: other })).body).not.toEqual(body);
});
