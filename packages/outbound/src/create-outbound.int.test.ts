import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createOutbound } from "./create-outbound.ts";
import { createTargetCheck } from "./create-target-check.ts";
import { startDns } from "./test-dns.ts";

const message = { headers: { "content-type": "application/json" }, body: "{}" };

async function open(o: { allowedOrigins?: string[]; zone?: Record<string, string[]> } = {}) {
  const zone = o.zone ?? {};
  const dns = await startDns(zone);
  const { allowedOrigins = [] } = o;
  const outbound = createOutbound({
    allowedOrigins,
    connections: 4,
    timeoutMs: 500,
    resolve: dns.resolve,
  });
  onTestFinished(async () => {
    await outbound.close();
    dns.close();
  });
  const { signal } = new AbortController();
  return {
    zone,
    check: createTargetCheck(allowedOrigins, dns.resolve).check,
    post: (url: string) => outbound.post(url, { ...message, signal }),
    get: (url: string) => outbound.get(url, { maxBytes: 1_000 }),
  };
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return `http://127.0.0.1:${address.port}`;
}

/** A listener on loopback that counts who connects. */
async function countConnections(): Promise<{ port: number; count: () => number }> {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return { port: address.port, count: () => connections };
}

test.each([
  ["loopback", ["127.0.0.1"]],
  ["private", ["10.0.0.1"]],
  ["a cloud's metadata", ["169.254.169.254"]],
  ["unique-local", ["fd00::1"]],
  ["IPv4-mapped", ["::ffff:127.0.0.1"]],
  ["a public address and a private one", ["93.184.216.34", "192.168.0.1"]],
])("a name that leads to %s is refused", async (_, addresses) => {
  const { check, post } = await open({ zone: { "hook.test": addresses } });
  expect(await check("https://hook.test/")).toMatch(/not public/);
  await expect(post("https://hook.test/")).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
});

test("a name that was public when it was checked and is loopback when it is called reaches nobody", async () => {
  const inside = await countConnections();
  const { zone, check, post } = await open({ zone: { "rebound.test": ["93.184.216.34"] } });
  const url = `https://rebound.test:${inside.port}/`;
  expect(await check(url)).toBeNull();
  zone["rebound.test"] = ["127.0.0.1"];
  await expect(post(url)).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
  expect(inside.count()).toBe(0);
});

test("an address is refused without a look-up", async () => {
  const inside = await countConnections();
  const { post } = await open();
  await expect(post(`https://127.0.0.1:${inside.port}/`)).rejects.toMatchObject({
    code: "ERR_TARGET_REFUSED",
  });
  expect(inside.count()).toBe(0);
});

test("an allowed origin is called as it is; the same host on another port is not", async () => {
  const origin = await serve((_req, res) => res.writeHead(204).end());
  const { check, post } = await open({ allowedOrigins: [origin] });
  expect(await check(`${origin}/hook`)).toBeNull();
  expect(await post(`${origin}/hook`)).toMatchObject({ status: 204 });
  expect(await check("http://127.0.0.1:1/")).toMatch(/https/);
});

test("a name nobody knows passes the check, and the call says so", async () => {
  const { check, post } = await open();
  expect(await check("https://nowhere.test/")).toBeNull();
  await expect(post("https://nowhere.test/")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("a redirect is not followed", async () => {
  const inside = await countConnections();
  const location = `http://127.0.0.1:${inside.port}/`;
  const origin = await serve((_req, res) => res.writeHead(302, { location }).end());
  const { post } = await open({ allowedOrigins: [origin] });
  expect(await post(origin)).toMatchObject({ status: 302, headers: { location } });
  expect(inside.count()).toBe(0);
});

test("an endless answer is left after its first part", async () => {
  let written = 0;
  const origin = await serve((_req, res) => {
    res.writeHead(200);
    const write = (): void => {
      while (!res.destroyed && res.write(Buffer.alloc(16_384))) written += 16_384;
      res.once("drain", write);
    };
    write();
  });
  const { post } = await open({ allowedOrigins: [origin] });
  expect(await post(origin)).toMatchObject({ status: 200 });
  expect(written).toBeLessThan(64 * 1_048_576);
});

test("an answer that drips is given up in time", async () => {
  const origin = await serve((_req, res) => {
    res.writeHead(200);
    const drip = setInterval(() => res.write("."), 50);
    res.on("close", () => clearInterval(drip));
  });
  const { post } = await open({ allowedOrigins: [origin] });
  const started = performance.now();
  await post(origin);
  expect(performance.now() - started).toBeLessThan(3_000);
});

test("no answer is an error in time", async () => {
  const origin = await serve(() => undefined);
  const { post } = await open({ allowedOrigins: [origin] });
  const started = performance.now();
  await expect(post(origin)).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(3_000);
});

test("a text is fetched from where posts may go only, and up to its limit", async () => {
  const origin = await serve((req, res) => res.end("x".repeat(Number(req.url?.slice(1)))));
  const { get } = await open({
    allowedOrigins: [origin],
    zone: { "inside.test": ["127.0.0.1"] },
  });
  expect(await get(`${origin}/1000`)).toMatchObject({ status: 200, text: "x".repeat(1_000) });
  await expect(get(`${origin}/1001`)).rejects.toThrow(RangeError);
  await expect(get(`${origin}/1000000`)).rejects.toThrow(RangeError);
  await expect(get("https://inside.test/")).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
});
