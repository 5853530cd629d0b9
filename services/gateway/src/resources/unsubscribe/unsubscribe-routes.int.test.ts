import { loadSecret } from "@pulsecourier/db";
import { type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const sign = async (claims: JWTPayload, secret?: Buffer) =>
  await new SignJWT({ tenant: "default", aud: "unsubscribe", ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(secret ?? (await loadSecret(gateway.db, "tokens")));
const anonymous = (line: string, form?: string) =>
  gateway.call(line, {
    key: null,
    ...(form !== undefined && {
      raw: form,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }),
  });
const preferencesOf = async (id: string) =>
  (await gateway.call(`GET /v1/recipients/${id}/preferences`)).body;

test("one click refuses the category's emails and nothing else, however often", async () => {
  const body = {
    categories: { marketing: { inapp: true }, orders: { email: true } },
    channels: { email: true },
    quietHours: { from: "22:00", until: "07:00" },
  };
  await gateway.call("PUT /v1/recipients/ann/preferences", { body });
  const path = `/v1/unsubscribe/${await sign({ sub: "ann", category: "marketing" })}`;
  for (const _ of [1, 2]) {
    const answer = await anonymous(`POST ${path}`, "List-Unsubscribe=One-Click");
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("no more emails about <strong>marketing</strong>");
  }
  const categories = { ...body.categories, marketing: { inapp: true, email: false } };
  expect(await preferencesOf("ann")).toEqual({ ...body, categories });
});

test("it works for someone who never had preferences", async () => {
  await anonymous(`POST /v1/unsubscribe/${await sign({ sub: "new", category: "marketing" })}`);
  expect(await preferencesOf("new")).toEqual({
    categories: { marketing: { email: false } },
    channels: {},
  });
});

test("opening the link changes nothing; it shows a button", async () => {
  const path = `/v1/unsubscribe/${await sign({ sub: "bob", category: "marketing" })}`;
  const answer = await anonymous(`GET ${path}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.body).toMatch(/<form method="post"><button[^>]*>Unsubscribe<\/button>/);
  expect((await gateway.call("GET /v1/recipients/bob/preferences")).status).toBe(404);
});

test("a link that is forged, cut or for something else is 404 and changes nothing", async () => {
  const claims = { sub: "eve", category: "marketing" };
  const genuine = await sign(claims);
  const wrong = [
    await sign(claims, Buffer.alloc(32, 1)),
    await sign({ ...claims, aud: "inbox" }),
    await sign({ sub: "eve" }),
    await sign({ ...claims, category: "<script>" }),
    genuine.slice(0, -3),
    "x",
  ];
  for (const token of wrong) {
    expect((await anonymous(`GET /v1/unsubscribe/${token}`)).status).toBe(404);
    expect((await anonymous(`POST /v1/unsubscribe/${token}`)).status).toBe(404);
  }
  expect((await gateway.call("GET /v1/recipients/eve/preferences")).status).toBe(404);
});
