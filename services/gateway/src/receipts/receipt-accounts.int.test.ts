import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
const PUBLIC_URL = "https://notify.example";
beforeAll(async () => {
  gateway = await startTestGateway({
    PUBLIC_URL,
    TWILIO_WEBHOOK_AUTH_TOKEN: "eu=token-eu,us=token-us",
    WHATSAPP_WEBHOOK_APP_SECRET: "a=secret-a,b=secret-b",
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: "shown",
    VONAGE_WEBHOOK_SIGNATURE_SECRET: "only",
  });
});
afterAll(() => gateway.close());

/** How a callback is answered that is signed with `token` for the path it comes to. */
async function post(account: string | null, token: string): Promise<number> {
  const path = `/v1/providers/twilio/webhooks${account === null ? "" : `/${account}`}`;
  const signed = `${PUBLIC_URL}${path}MessageSidSM1MessageStatussent`;
  const reply = await gateway.call(`POST ${path}`, {
    key: null,
    raw: "MessageSid=SM1&MessageStatus=sent",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", token).update(signed).digest("base64"),
    },
  });
  return reply.status;
}

test("each account has a path of its own, where only its own signature counts", async () => {
  expect(await post("eu", "token-eu")).toBe(204);
  expect(await post("us", "token-us")).toBe(204);
  expect(await post("eu", "token-us")).toBe(401);
  expect(await post("us", "token-eu")).toBe(401);
  expect(await post("asia", "token-eu")).toBe(404);
});

test("the path without an account takes what any of them signed, and nothing else", async () => {
  expect(await post(null, "token-eu")).toBe(204);
  expect(await post(null, "token-us")).toBe(204);
  expect(await post(null, "eu=token-eu,us=token-us")).toBe(401);
});

test("a value without a name is every account's, and a URL is checked for the account it names", async () => {
  const check = (where: string, token: string) =>
    gateway.call(
      `GET /v1/providers/${where}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`,
      { key: null },
    );
  for (const path of ["whatsapp/webhooks", "whatsapp/webhooks/a", "whatsapp/webhooks/b"]) {
    const reply = await check(path, "shown");
    expect([reply.status, reply.body]).toEqual([200, "42"]);
    expect(reply.headers.get("content-type")).toMatch(/^text\/plain/);
    expect((await check(path, "guessed")).status).toBe(401);
  }
  expect((await check("whatsapp/webhooks/c", "shown")).status).toBe(404);
  // The others check no URL.
  expect((await check("vonage/webhooks", "shown")).status).toBe(401);
  expect((await check("nobody/webhooks", "shown")).status).toBe(404);
});
