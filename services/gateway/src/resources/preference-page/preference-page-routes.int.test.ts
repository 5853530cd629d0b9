import { loadSecret } from "@pulsecourier/db";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
let path: string;
const preferencesPath = "/v1/recipients/ann/preferences";
const before = { categories: { news: { inapp: false } }, channels: {} };

beforeAll(async () => {
  gateway = await startTestGateway({ PUBLIC_URL: "https://notify.example" });
  const profile = { email: "ann@example.com", timezone: "Europe/Berlin" };
  await gateway.call("PUT /v1/recipients/ann", { body: profile });
  await gateway.call("PUT /v1/categories/news", { body: { title: "News <b>& offers" } });
  await gateway.call("PUT /v1/categories/security", { body: { required: true } });
  const { status, body } = await gateway.call("POST /v1/recipients/ann/preference-link");
  expect(status).toBe(201);
  expect(body.url).toMatch(/^https:\/\/notify\.example\/v1\/preferences\/[\w.-]+$/);
  ({ pathname: path } = new URL(body.url));
});
afterAll(() => gateway.close());
beforeEach(() => gateway.call(`PUT ${preferencesPath}`, { body: before }));

const preferences = async () => (await gateway.call(`GET ${preferencesPath}`)).body;
const open = (at = path) => gateway.call(`GET ${at}`, { key: null });
const submit = (fields: [string, string][], at = path) =>
  gateway.call(`POST ${at}`, {
    key: null,
    raw: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

test("the page shows what holds, changes nothing, and runs nothing", async () => {
  const page = await open();
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(page.headers.get("referrer-policy")).toBe("no-referrer");
  expect(page.body).not.toMatch(/<script|ann@example/);
  expect(page.body).toContain("News &lt;b&gt;&amp; offers");
  expect(page.body).toMatch(/value="news\/email" checked>/);
  expect(page.body).toMatch(/value="news\/inapp">/);
  expect(page.body).toMatch(
    /value="security\/email" checked disabled aria-describedby="why-security"/,
  );
  expect(page.body).toContain("As usual (Europe/Berlin)");
  expect(await preferences()).toEqual(before);
});

test("the form changes what it shows, required ones not, and says that it was saved", async () => {
  const shown = ["news/email", "news/inapp", "security/email", "/email", "/inapp"];
  const answer = await submit([
    ...shown.map((name): [string, string] => ["shown", name]),
    ["on", "news/inapp"],
    ["on", "/email"],
    ["on", "/inapp"],
    ["quiet", "1"],
    ["from", "22:30"],
    ["until", "06:00"],
    ["timezone", "Asia/Tokyo"],
  ]);
  expect(answer.status).toBe(200);
  expect(answer.body).toContain(`<p role="status">Saved.</p>`);
  expect(answer.body).toMatch(/<option selected>Asia\/Tokyo<\/option>/);
  expect(await preferences()).toEqual({
    categories: { news: { inapp: true, email: false } },
    channels: {},
    quietHours: { from: "22:30", until: "06:00", timezone: "Asia/Tokyo" },
  });
  await submit([]);
  expect(await preferences()).not.toHaveProperty("quietHours");
});

test("bad times and zones are 422 on the page, and nothing is saved", async () => {
  const bad: [string, string][] = [
    ["quiet", "1"],
    ["from", "25:00"],
    ["until", "06:00"],
    ["timezone", "Mars/Base"],
    ["shown", "news/email"],
  ];
  const answer = await submit(bad);
  expect(answer.status).toBe(422);
  expect(answer.body).toContain(`role="alert"`);
  expect(answer.body.match(/aria-invalid="true"/g)).toHaveLength(2);
  expect(answer.body).toContain("“Time zone” is not an IANA time zone");
  expect(answer.body).toMatch(/value="news\/email">/);
  expect(await preferences()).toEqual(before);
});

test("what is no cell of the page is passed over", async () => {
  const odd = ["news/fax", "news", "<x>/email", "security/email", "__proto__/email"];
  expect((await submit(odd.map((name) => ["shown", name]))).status).toBe(200);
  expect((await preferences()).categories).toEqual(before.categories);
});

test("a link that is forged, cut or for something else is 404", async () => {
  const secret = await loadSecret(gateway.db, "tokens");
  const sign = (audience: string, key: Buffer) =>
    new SignJWT({ tenant: "default" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("ann")
      .setAudience(audience)
      .sign(key);
  const forged = await sign("preferences", Buffer.alloc(32, 1));
  const inbox = await sign("inbox", secret);
  for (const token of [forged, inbox, path.split("/").at(-1)?.slice(0, -3), "x"]) {
    expect((await open(`/v1/preferences/${token}`)).status).toBe(404);
    expect((await submit([["shown", "news/email"]], `/v1/preferences/${token}`)).status).toBe(404);
  }
  expect(await preferences()).toEqual(before);
});

test("the page behind a mail's unsubscribe link leads to it", async () => {
  const token = await new SignJWT({ tenant: "default", category: "news" })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("ann")
    .setAudience("unsubscribe")
    .sign(await loadSecret(gateway.db, "tokens"));
  const landing = await open(`/v1/unsubscribe/${token}`);
  const [, link] = /<a href="(\/v1\/preferences\/[^"]+)"/.exec(landing.body) ?? [];
  expect((await open(link)).body).toContain("What you get, and how");
});
