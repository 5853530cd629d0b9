import { once } from "node:events";
import { createServer } from "node:http";
import { eventually } from "@pulsecourier/testkit";
import { expect, onTestFinished, test } from "vitest";
import { newPrivateKey } from "../test-keys.ts";
import { createAccessTokens } from "./access-tokens.ts";

const privateKey = newPrivateKey("rsa");

/** A token endpoint that answers `grant`, and tokens from it. */
async function start(grant: { status?: number; expires_in?: number }, key = privateKey) {
  let asked = 0;
  const server = createServer((_req, res) => {
    asked += 1;
    const { status = 200, expires_in = 3_600 } = grant;
    const body = JSON.stringify({ access_token: `token-${asked}`, expires_in });
    res.writeHead(status, { "content-type": "application/json" }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const tokens = createAccessTokens(
    { clientEmail: "a@b.example", privateKey: key, tokenUrl: `http://127.0.0.1:${port}/token` },
    { callTimeoutMs: 5_000 },
  );
  onTestFinished(async () => {
    await tokens.close();
    server.close();
  });
  return { tokens, asked: () => asked };
}

test("many at once share one request, and later ones its token", async () => {
  const { tokens, asked } = await start({});
  const all = await Promise.all(Array.from({ length: 20 }, () => tokens.ready()));
  expect(new Set(all)).toEqual(new Set([null]));
  expect(await tokens.ready()).toBeNull();
  expect([asked(), tokens.current()]).toEqual([1, "token-1"]);
});

test("a token that ends soon is used while another is got", async () => {
  const { tokens } = await start({ expires_in: 120 });
  await tokens.ready();
  expect(await tokens.ready()).toBeNull();
  expect(tokens.current()).toBe("token-1");
  await eventually(() => expect(tokens.current()).toBe("token-2"));
});

test("one that was refused is not used again", async () => {
  const { tokens } = await start({});
  await tokens.ready();
  tokens.drop();
  await tokens.ready();
  expect(tokens.current()).toBe("token-2");
});

test.each([
  [400, "config"],
  [401, "config"],
  [429, "transient"],
  [503, "transient"],
])("no token for an answer of %d: %s, and the next call asks again", async (status, kind) => {
  const { tokens, asked } = await start({ status });
  expect(await tokens.ready()).toMatchObject({ kind });
  expect(await tokens.ready()).toMatchObject({ kind });
  expect(asked()).toBe(2);
});

test("a key that is none", async () => {
  const { tokens } = await start(
    {},
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
  );
  expect(await tokens.ready()).toMatchObject({ kind: "config" });
});
