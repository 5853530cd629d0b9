import { NATIONAL_PHONE_HINT, SettingsView } from "@pulsecourier/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send as callAt, startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => (gateway = await startTestGateway()));
afterAll(() => gateway.close());

const put = (body: object, key?: string) =>
  gateway.call("PUT /v1/settings", { body, ...(key !== undefined && { key }) });
const send = (to: unknown, key?: string) =>
  gateway.call("POST /v1/notifications", {
    body: { to, content: { text: "Hi" }, channels: ["sms"] },
    ...(key !== undefined && { key }),
  });

test("settings are read, replaced by new versions, and a tenant's own", async () => {
  const key = await gateway.newKey({ tenant: "settled" });
  const empty = await gateway.call("GET /v1/settings", { key });
  expect(empty).toMatchObject({ status: 200, body: { version: 0, settings: {}, updatedAt: null } });
  const settings = {
    identity: { email: { from: "Orders@SHOP.example", fromName: "Shop" } },
    sandboxRedirect: { email: "qa@example.com" },
  };
  const kept = {
    ...settings,
    identity: { email: { from: "Orders@shop.example", fromName: "Shop" } },
  };
  const created = await put(settings, key);
  expect(created.status).toBe(201);
  expect(SettingsView.parse(created.body)).toMatchObject({ version: 1, settings: kept });
  expect((await put(settings, key)).status).toBe(200);
  expect((await put({ defaultCountry: "DE" }, key)).body).toMatchObject({
    version: 2,
    settings: { defaultCountry: "DE" },
  });
  const read = await gateway.call("GET /v1/settings", { key });
  expect(read.body.settings).toEqual({ defaultCountry: "DE" });
  const stranger = await gateway.newKey({ tenant: "stranger" });
  expect((await gateway.call("GET /v1/settings", { key: stranger })).body.version).toBe(0);
});

test("what cannot be is refused at its place, and nobody but an operator sets it", async () => {
  const refused = await put({
    identity: { email: { from: "shop", accounts: { ses: { replyTo: "x" } } } },
    sandboxRedirect: { sms: "0171 1234567" },
    defaultCountry: "Germany",
    colour: "red",
  });
  expect(refused).toMatchObject({ status: 422, body: { code: "invalid_request" } });
  const pointers = refused.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual([
    "/colour",
    "/defaultCountry",
    "/identity/email/accounts/ses/replyTo",
    "/identity/email/from",
    "/sandboxRedirect/sms",
  ]);
  const admin = await gateway.newKey({ scopes: ["send", "admin"] });
  expect((await put({}, admin)).status).toBe(403);
  expect((await gateway.call("GET /v1/settings", { key: admin })).status).toBe(403);
});

test("a national number needs the tenant's country, set a moment ago too, and is then one with the other spelling", async () => {
  const key = await gateway.newKey({ tenant: "german" });
  const both = [{ phone: "0171 1234567" }, { phone: "+49 171 1234567" }, { phone: "ada" }];
  const detail = NATIONAL_PHONE_HINT;
  expect(await send({ phone: "0171 1234567" }, key)).toMatchObject({
    status: 422,
    body: { code: "invalid_request", errors: [{ pointer: "/to/phone", detail }] },
  });
  expect((await send(both, key)).body.errors).toEqual([{ pointer: "/to/0/phone", detail }]);
  const batch = await gateway.call("POST /v1/notifications/batch", {
    key,
    body: {
      notifications: [
        { to: { whatsapp: "0171/1234567" }, content: { text: "Hi" } },
        { to: { phone: "+491711234567" }, content: { text: "Hi" } },
      ],
    },
  });
  expect(batch.body.results).toMatchObject([
    { problem: { errors: [{ pointer: "/notifications/0/to/whatsapp", detail }] } },
    { id: expect.any(String) },
  ]);

  await put({ defaultCountry: "DE" }, key);
  const accepted = await send(both, key);
  expect(accepted.status).toBe(202);
  expect(accepted.body.notifications).toHaveLength(2);
  const other = await send({ phone: "+491711234567" }, key);
  expect(other.body.notifications[0].to).toBe(accepted.body.notifications[0].to);
  const [record] = await gateway.recordsOf(accepted.body.eventId);
  expect(JSON.parse(String(record?.value)).to).toEqual([
    { phone: "+491711234567" },
    { phone: "ada" },
  ]);
});

test("a country set through another gateway counts at once", async () => {
  const key = await gateway.newKey({ tenant: "austrian" });
  expect((await send({ phone: "0664 1234567" }, key)).status).toBe(422);
  const other = await gateway.another();
  const set = await callAt(other.url, "PUT /v1/settings", { key, body: { defaultCountry: "AT" } });
  expect(set.status).toBe(201);
  expect((await send({ phone: "0664 1234567" }, key)).status).toBe(202);
  await other.close();
});

test("the directory keeps numbers with their country, and finds suppressed ones by either spelling", async () => {
  const key = await gateway.newKey({ tenant: "french" });
  const body = { phone: "06 12 34 56 78", whatsapp: "+33612345678", email: "lea@EXAMPLE.fr" };
  expect(await gateway.call("PUT /v1/recipients/lea", { key, body })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/phone", detail: NATIONAL_PHONE_HINT }] },
  });
  const bulk = { recipients: [{ id: "lea", ...body }, { id: "max" }] };
  expect(await gateway.call("POST /v1/recipients", { key, body: bulk })).toMatchObject({
    body: {
      results: [{ problem: { errors: [{ pointer: "/recipients/0/phone" }] } }, { id: "max" }],
    },
  });
  await put({ defaultCountry: "FR" }, key);
  expect(await gateway.call("PUT /v1/recipients/lea", { key, body })).toMatchObject({
    status: 201,
    body: { phone: "+33612345678", email: "lea@example.fr" },
  });
  await gateway.call("POST /v1/recipients", { key, body: bulk });
  const stored = await gateway.call("GET /v1/recipients/lea", { key });
  expect(stored.body).toMatchObject({ phone: "+33612345678", whatsapp: "+33612345678" });
  await gateway.db.kysely
    .insertInto("directory.suppressions")
    .values({
      tenant: "french",
      channel: "sms",
      address: "+33612345678",
      reason: "stop",
      provider: "twilio",
      at: new Date(),
    })
    .execute();
  for (const spelt of ["06 12 34 56 78", "+33 6 12 34 56 78"]) {
    const path = `GET /v1/suppressions?channel=sms&address=${encodeURIComponent(spelt)}` as const;
    expect((await gateway.call(path, { key })).body.data).toHaveLength(1);
  }
});
