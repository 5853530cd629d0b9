import { SignJWT } from "jose";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newItems, newOwner, startTestRealtime, type TestRealtime } from "./test-realtime.ts";
import { openSocket } from "./test-client.ts";

let realtime: TestRealtime;
beforeAll(async () => {
  realtime = await startTestRealtime({}, { authWithinMs: 300 });
});
afterAll(() => realtime.close());

const now = () => Math.floor(Date.now() / 1_000);

test("no token in time", async () => {
  const client = await openSocket(realtime.url);
  expect(await client.closed()).toEqual({ code: 4401, reason: "send your token within 300 ms" });
});

test("a frame before the token", async () => {
  const client = await openSocket(realtime.url);
  client.send({ type: "ping" });
  expect(await client.closed()).toEqual({ code: 4401, reason: "send your token first" });
});

test.each<[string, () => Promise<string>]>([
  ["garbage", async () => "garbage"],
  ["expired", () => realtime.tokenFor(newOwner(), { expiresAt: now() - 1 })],
  ["of another audience", () => realtime.tokenFor(newOwner(), { audience: "unsubscribe" })],
  ["signed by someone else", () => sign(Buffer.alloc(32), { tenant: "default", sub: "r" })],
  ["without a tenant", () => sign(realtime.secret, { sub: "r" })],
  [
    "without an expiry",
    () =>
      new SignJWT({ tenant: "default", sub: "r", aud: "inbox" })
        .setProtectedHeader({ alg: "HS256" })
        .sign(realtime.secret),
  ],
  [
    "unsigned",
    async () =>
      `${encode({ alg: "none" })}.${encode({ tenant: "default", sub: "r", aud: "inbox", exp: now() + 60 })}.`,
  ],
])("a token that is %s", async (_, token) => {
  const client = await openSocket(realtime.url);
  client.send({ type: "auth", token: await token() });
  expect(await client.closed()).toEqual({
    code: 4401,
    reason: "the token is bad or expired; get a new one",
  });
  expect(client.frames).toEqual([]);
});

test("a token that expires while its socket is open", async () => {
  const { url } = await realtime.another({}, { compareEveryMs: 50 });
  const client = await openSocket(url);
  client.send({
    type: "auth",
    token: await realtime.tokenFor(newOwner(), { expiresAt: now() + 2 }),
  });
  await client.until(() => client.frames.length > 0);
  expect(await client.closed()).toEqual({ code: 4401, reason: "the token expired; get a new one" });
});

test("a frame of 1 MB", async () => {
  const client = await realtime.join(newOwner());
  client.send("x".repeat(1_048_576));
  expect(await client.closed()).toMatchObject({ code: 1009 });
});

test.each([
  ["no JSON", "{"],
  ["an unknown type", '{"type":"hello"}'],
  ["an unknown field", '{"type":"ping","extra":1}'],
  [
    "too many notifications",
    JSON.stringify({
      type: "subscribe",
      notifications: Array(101).fill("00000000-0000-0000-0000-000000000000"),
    }),
  ],
  ["a second token", '{"type":"auth","token":"x"}'],
])("a frame that is %s", async (_, frame) => {
  const client = await realtime.join(newOwner());
  client.send(frame);
  expect(await client.closed()).toMatchObject({ code: 1008 });
});

test("too many frames", async () => {
  const client = await realtime.join(newOwner());
  for (let n = 0; n < 120; n += 1) client.send({ type: "ping" });
  expect(await client.closed()).toEqual({ code: 1008, reason: "too many frames" });
  expect(client.frames.length).toBeLessThanOrEqual(101);
});

test("one socket more than there may be", async () => {
  const { url } = await realtime.another({ REALTIME_MAX_SOCKETS: "2" });
  const owner = newOwner();
  const [first] = [await realtime.join(owner, { url }), await realtime.join(owner, { url })];
  const third = await openSocket(url);
  expect(await third.closed()).toEqual({ code: 1013, reason: "too many sockets here" });
  first.close();
  await eventually(async () =>
    expect(await realtime.metric("pulse_realtime_sockets", url)).toBe(1),
  );
  await realtime.join(owner, { url });
});

// Far more than the kernel takes on behalf of a client.
const titles = Array.from({ length: 300 }, (_, n) => String(n + 1));
async function deliverMuch(owner: ReturnType<typeof newOwner>) {
  for (let at = 0; at < titles.length; at += 50) {
    await realtime.deliver(newItems(owner, titles.slice(at, at + 50), "é".repeat(60_000)));
  }
}

test("a client that reads slowly holds little of our memory and gets everything", async () => {
  const owner = newOwner();
  const client = await realtime.join(owner);
  client.socket.pause();
  await deliverMuch(owner);
  const buffered = () => realtime.metric("pulse_realtime_buffered_bytes");
  await eventually(async () => expect(await buffered()).toBeGreaterThan(262_144));
  expect(await buffered()).toBeLessThan(524_288);
  client.socket.resume();
  await client.until(() => client.titles().length === titles.length);
  expect(client.titles()).toEqual(titles);
});

test("a client that never reads is closed with 1013 and cut; what it had is whole", async () => {
  const { url } = await realtime.another({}, { compareEveryMs: 100, stallMs: 300 });
  const owner = newOwner();
  const [late, never] = [await realtime.join(owner, { url }), await realtime.join(owner, { url })];
  for (const client of [late, never]) client.socket.pause();
  await deliverMuch(owner);
  await eventually(async () =>
    expect(await realtime.metric('pulse_realtime_closed_total{code="1013"', url)).toBe(2),
  );
  late.socket.resume();
  expect(await late.closed()).toEqual({ code: 1013, reason: "this socket does not read" });
  await eventually(async () =>
    expect(await realtime.metric("pulse_realtime_sockets", url)).toBe(0),
  );
  const again = await realtime.join(owner, { url, resume: late.cursor() });
  await again.until(() => late.titles().length + again.titles().length >= titles.length);
  expect([...late.titles(), ...again.titles()]).toEqual(titles);
});

test("another path, and plain HTTP", async () => {
  const wrong = await openSocket(`${realtime.url}/elsewhere`);
  expect(await wrong.closed()).toMatchObject({ code: 1006 });
  expect((await fetch(`${realtime.url}/v1/realtime`)).status).toBe(404);
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = (secret: Buffer, claims: Record<string, string>) =>
  new SignJWT({ ...claims, aud: "inbox", exp: now() + 60 })
    .setProtectedHeader({ alg: "HS256" })
    .sign(secret);
