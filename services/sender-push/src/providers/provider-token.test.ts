import { generateKeyPairSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { createProviderToken } from "./provider-token.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const key = { keyId: "ABC123DEFG", teamId: "DEF123GHIJ" };
const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const MINUTE = 60_000;

function start() {
  let now = Date.parse("2026-01-01T12:00:00Z");
  const token = createProviderToken({ ...key, privateKey: pem }, () => now);
  return { token, pass: (ms: number) => (now += ms) };
}

test("is signed by the team's key and names it", async () => {
  const { token } = start();
  const jwt = await token.current();
  await jwtVerify(jwt, publicKey);
  expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: "ES256", kid: key.keyId });
  expect(decodeJwt(jwt)).toEqual({ iss: key.teamId, iat: 1_767_268_800 });
});

test("is used for more than 20 and less than 60 minutes", async () => {
  const { token, pass } = start();
  const first = await token.current();
  pass(39 * MINUTE);
  expect(await token.current()).toBe(first);
  pass(1 * MINUTE);
  expect(await token.current()).not.toBe(first);
});

test("a refused one is replaced, but not more often than every 20 minutes", async () => {
  const { token, pass } = start();
  const first = await token.current();
  pass(19 * MINUTE);
  token.drop();
  expect(await token.current()).toBe(first);
  pass(1 * MINUTE);
  token.drop();
  expect(await token.current()).not.toBe(first);
});

test("a key that is none", async () => {
  const token = createProviderToken({ ...key, privateKey: "none" });
  await expect(token.current()).rejects.toThrow();
});
