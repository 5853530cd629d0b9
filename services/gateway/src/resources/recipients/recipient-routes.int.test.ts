import { InboxToken, Preferences, RecipientView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
let strangerKey: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  strangerKey = await gateway.newKey({ tenant: "stranger" });
});
afterAll(() => gateway.close());

const profile = {
  email: "ann@example.com",
  locale: "pt-BR",
  timezone: "America/Sao_Paulo",
  attributes: { tier: 2 },
};

test("a recipient is created, read, replaced and deleted", async () => {
  const created = await gateway.call("PUT /v1/recipients/ann", { body: profile });
  expect(created.status).toBe(201);
  expect(RecipientView.parse(created.body)).toMatchObject({ id: "ann", ...profile });
  const same = await gateway.call("PUT /v1/recipients/ann", { body: profile });
  expect(same).toMatchObject({ status: 200, body: created.body });
  const replaced = await gateway.call("PUT /v1/recipients/ann", { body: { phone: "+4930123" } });
  expect(replaced.body).not.toHaveProperty("email");
  expect((await gateway.call("GET /v1/recipients/ann")).body).toEqual(replaced.body);
  expect((await gateway.call("DELETE /v1/recipients/ann")).status).toBe(204);
  expect((await gateway.call("GET /v1/recipients/ann")).status).toBe(404);
  expect((await gateway.call("DELETE /v1/recipients/ann")).status).toBe(404);
});

test("another tenant's recipient is not there", async () => {
  await gateway.call("PUT /v1/recipients/secret", { body: profile });
  const key = strangerKey;
  expect((await gateway.call("GET /v1/recipients/secret", { key })).status).toBe(404);
  expect((await gateway.call("GET /v1/recipients/secret/preferences", { key })).status).toBe(404);
  expect((await gateway.call("DELETE /v1/recipients/secret", { key })).status).toBe(404);
  expect((await gateway.call("GET /v1/recipients/secret")).status).toBe(200);
});

test("unknown fields, bad zones and header injection are refused with their place", async () => {
  const body = { emial: "ann@example.com", timezone: "Mars/Olympus" };
  const misspelt = await gateway.call("PUT /v1/recipients/ann", { body });
  expect(misspelt).toMatchObject({ status: 422, body: { code: "invalid_request" } });
  const pointers = misspelt.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual(["/emial", "/timezone"]);
  const injected = { email: "ann@example.com\r\nBcc: all@example.com" };
  expect(await gateway.call("PUT /v1/recipients/ann", { body: injected })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/email", detail: "holds a line break or control character" }] },
  });
});

test("a name that cannot be one is 400, and a key without the scope 403", async () => {
  expect((await gateway.call("GET /v1/recipients/a%00b")).status).toBe(400);
  expect((await gateway.call(`PUT /v1/recipients/${"x".repeat(129)}`, { body: {} })).status).toBe(
    400,
  );
  const key = await gateway.newKey({ scopes: ["send"] });
  expect((await gateway.call("GET /v1/recipients/ann", { key })).status).toBe(403);
});

test("a bulk upsert writes what it can and says what it cannot", async () => {
  const recipients = [
    { id: "bulk-1", email: "one@example.com" },
    { id: "bulk-2", emial: "two@example.com" },
    { id: "bulk-1", email: "uno@example.com" },
    { email: "nobody@example.com" },
  ];
  const { status, body } = await gateway.call("POST /v1/recipients", { body: { recipients } });
  expect(status).toBe(200);
  expect(body.results).toMatchObject([
    { id: "bulk-1", status: "created" },
    { problem: { code: "invalid_request", errors: [{ pointer: "/recipients/1/emial" }] } },
    { id: "bulk-1", status: "created" },
    { problem: { errors: [{ pointer: "/recipients/3/id" }] } },
  ]);
  const stored = await gateway.call("GET /v1/recipients/bulk-1");
  expect(stored.body.email).toBe("uno@example.com");
  const again = await gateway.call("POST /v1/recipients", {
    body: { recipients: recipients.slice(2, 3) },
  });
  expect(again.body.results).toEqual([{ id: "bulk-1", status: "updated" }]);
});

test("a bulk upsert takes 1,000 recipients and not one more", async () => {
  const recipients = Array.from({ length: 1_001 }, (_, n) => ({
    id: `many-${n}`,
    email: `${n}@example.com`,
  }));
  const full = await gateway.call("POST /v1/recipients", {
    body: { recipients: recipients.slice(1) },
  });
  expect(full.body.results).toHaveLength(1_000);
  for (const wrong of [recipients, []]) {
    const refused = await gateway.call("POST /v1/recipients", { body: { recipients: wrong } });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/recipients" }] } });
  }
});

test("preferences are stored whole, and are empty before", async () => {
  await gateway.call("PUT /v1/recipients/pat", { body: profile });
  const before = await gateway.call("GET /v1/recipients/pat/preferences");
  expect(before.body).toEqual({ categories: {}, channels: {} });
  const body = {
    categories: { marketing: { email: false } },
    channels: { inapp: true },
    quietHours: { from: "22:00", until: "07:00", timezone: "Europe/Berlin" },
  };
  expect((await gateway.call("PUT /v1/recipients/pat/preferences", { body })).status).toBe(200);
  expect(
    Preferences.parse((await gateway.call("GET /v1/recipients/pat/preferences")).body),
  ).toEqual(body);
  const wrong = { categories: {}, quietHours: { from: "25:00", until: "07:00" } };
  const refused = await gateway.call("PUT /v1/recipients/pat/preferences", { body: wrong });
  expect(refused.body.errors).toMatchObject([{ pointer: "/quietHours/from" }]);
  expect((await gateway.call("GET /v1/recipients/nobody/preferences")).status).toBe(404);
});

test("phone numbers are kept as E.164, and what cannot be read as it is", async () => {
  const put = await gateway.call("PUT /v1/recipients/phone-1", {
    body: { phone: "+1 (202) 555-0143", whatsapp: "+49 (0)151 12345678" },
  });
  expect(put.body).toMatchObject({ phone: "+12025550143", whatsapp: "+4915112345678" });
  const recipients = [
    { id: "phone-2", phone: "+44 7700 900123" },
    { id: "phone-3", phone: "ext. 123" },
  ];
  await gateway.call("POST /v1/recipients", { body: { recipients } });
  expect((await gateway.call("GET /v1/recipients/phone-2")).body.phone).toBe("+447700900123");
  expect((await gateway.call("GET /v1/recipients/phone-3")).body.phone).toBe("ext. 123");
});

test("a token opens the inbox of its recipient for an hour", async () => {
  const { status, body } = await gateway.call("POST /v1/recipients/pat/tokens");
  expect(status).toBe(201);
  const { token, expiresAt } = InboxToken.parse(body);
  const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(58);
  expect(minutes).toBeLessThanOrEqual(60);
  expect((await gateway.call("GET /v1/inbox", { key: token })).status).toBe(200);
  expect((await gateway.call("GET /v1/inbox", { key: `${token}x` })).status).toBe(401);
  expect((await gateway.call("GET /v1/recipients/pat", { key: token })).status).toBe(401);
});
