import { createDb, loadSecret } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";

type Frame = { type: string; item?: { title: string } };

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

async function connect(first?: unknown) {
  const socket = new WebSocket(platform.dev.realtime);
  open.push(socket);
  const titles: string[] = [];
  const types = new Set<string>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  socket.on("message", (raw) => {
    if (!Buffer.isBuffer(raw)) throw new Error("ws gives a Buffer unless told otherwise");
    const frame: Frame = JSON.parse(raw.toString());
    types.add(frame.type);
    if (frame.item !== undefined) titles.push(frame.item.title);
  });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  if (first !== undefined) socket.send(JSON.stringify(first));
  return { socket, titles, types, closed };
}

const tokenOf = async (recipient: string) =>
  (await platform.api.post<{ token: string }>(`/v1/recipients/${recipient}/tokens`)).token;

async function join(recipient: string) {
  const client = await connect({ type: "auth", token: await tokenOf(recipient) });
  await eventually(() => client.types.has("ready"));
  return client;
}

async function expiredToken(): Promise<string> {
  const db = createDb({ url: platform.dev.database, max: 1, onError: () => undefined });
  const secret = await loadSecret(db, "tokens");
  await db.close();
  const jwt = new SignJWT({ tenant: "default" }).setProtectedHeader({ alg: "HS256" });
  const expires = Math.floor(Date.now() / 1_000) - 1;
  return jwt.setSubject("ada").setAudience("inbox").setExpirationTime(expires).sign(secret);
}

/** An item for the recipient reaches their open socket. */
async function expectPushed(client: Awaited<ReturnType<typeof join>>, to: string, title: string) {
  await platform.api.post("/v1/notifications", { to, channels: ["inapp"], content: { title } });
  await eventually(() => expect(client.titles).toContain(title));
}

test.each<[string, () => Promise<unknown>, object]>([
  ["no token", async () => undefined, { code: 4401, reason: "send your token within 5000 ms" }],
  [
    "another frame first",
    async () => ({ type: "ping" }),
    { code: 4401, reason: "send your token first" },
  ],
  [
    "a bad token",
    async () => ({ type: "auth", token: "bad" }),
    { code: 4401, reason: /bad or expired; get a new one/ },
  ],
  [
    "an API key",
    async () => ({ type: "auth", token: platform.dev.apiKey }),
    { code: 4401, reason: /bad or expired/ },
  ],
  [
    "an expired token",
    async () => ({ type: "auth", token: await expiredToken() }),
    { code: 4401, reason: /bad or expired/ },
  ],
  [
    "a token that was changed",
    async () => ({ type: "auth", token: (await tokenOf("ada")).replace(/.{5}$/, "AAAAA") }),
    { code: 4401, reason: /bad or expired/ },
  ],
])("a WebSocket with %s is closed and says why; others stay", async (_, first, end) => {
  const other = await join("ada");
  const client = await connect(await first());
  const closed = await client.closed;
  expect(client.types.size).toBe(0);
  const { code, reason } = Object.assign({ code: 0, reason: "" }, end);
  expect(closed.code).toBe(code);
  expect(closed.reason).toMatch(reason);
  await expectPushed(other, "ada", `after ${_}`);
});

test.each<[string, string, number]>([
  ["1 MB", "x".repeat(1_048_576), 1009],
  ["no JSON", "{", 1008],
  ["an unknown type", '{"type":"hello"}', 1008],
])("a frame of %s closes its socket alone", async (what, frame, code) => {
  const [other, client] = [await join("grace"), await join("grace")];
  client.socket.send(frame);
  expect((await client.closed).code).toBe(code);
  await expectPushed(other, "grace", `after ${what}`);
});

test("a client that never reads holds up nobody and takes little memory", async () => {
  const [never, reader, other] = [await join("bob"), await join("bob"), await join("eve")];
  never.socket.pause();
  const body = "é".repeat(15_000);
  const notifications = Array.from({ length: 300 }, (_, n) => ({
    to: "bob",
    channels: ["inapp"],
    content: { title: `item ${n}`, body },
  }));
  await platform.api.post("/v1/notifications/batch", { notifications });
  await eventually(() => expect(reader.titles).toHaveLength(300), { timeoutMs: 20_000 });
  expect(never.titles.length).toBeLessThan(300);
  await expectPushed(other, "eve", "not held up");
  await expectPushed(reader, "bob", "not held up either");
  const metrics = await (await fetch(`${platform.dev.services["realtime"]}/metrics`)).text();
  const buffered = /^pulse_realtime_buffered_bytes\S* (\d+)/m.exec(metrics)?.[1];
  expect(Number(buffered)).toBeGreaterThan(0);
  expect(Number(buffered)).toBeLessThan(1_048_576);
});
