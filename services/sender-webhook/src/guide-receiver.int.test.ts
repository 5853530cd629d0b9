import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { formatWebhookSecret } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { expect, onTestFinished, test } from "vitest";
import { signWebhook } from "./sign-webhook.ts";

const guide = readFileSync(
  new URL("../../../docs/guides/status-callbacks.md", import.meta.url),
  "utf8",
);
const [, receiver = ""] = /```js\n(\/\/ receive\.mjs\n[^]*?)```/.exec(guide) ?? [];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}

test("the guide's receiver takes what we sign and nothing else", async () => {
  const secrets = [randomBytes(32), randomBytes(32)];
  const [current = randomBytes(32)] = secrets;
  const port = await freePort();
  const env = { PORT: String(port), SECRET: formatWebhookSecret(current) };
  const child = spawn(process.execPath, ["--input-type=module", "-e", receiver], { env });
  onTestFinished(() => void child.kill());
  const body = JSON.stringify({ type: "delivery.sent", timestamp: "…", data: {} });
  const post = async (headers: Record<string, string>, sent = body) =>
    (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: sent })).status;
  const now = Math.floor(Date.now() / 1_000);
  const sign = (keys: Buffer[], seconds = now) => signWebhook(keys, { id: "a", seconds, body });
  await eventually(async () => (await post(sign([current]))) === 204);
  expect(await post(sign(secrets.toReversed()))).toBe(204);
  expect(await post(sign([randomBytes(32)]))).toBe(401);
  expect(await post(sign([current]), `${body} `)).toBe(401);
  expect(await post(sign([current], now - 3_600))).toBe(401);
  expect(await post({})).toBe(401);
});
