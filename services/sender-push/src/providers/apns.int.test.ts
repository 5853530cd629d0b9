import { once } from "node:events";
import { createServer, type Http2Session } from "node:http2";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, onTestFinished, test } from "vitest";
import { newPrivateKey } from "../test-keys.ts";
import { apns } from "./apns.ts";
import { createHttp2Connection } from "./http2-connection.ts";

const privateKey = newPrivateKey("ec");

testProvider({
  provider: apns,
  start: () => startProvider("apns"),
  account: ({ apnsUrl }) => ({
    APNS_PRIVATE_KEY: privateKey,
    APNS_KEY_ID: "ABC123DEFG",
    APNS_TEAM_ID: "DEF123GHIJ",
    APNS_TOPIC: "com.example.shop",
    APNS_BASE_URL: apnsUrl,
  }),
  message: {
    address: `apns:${"ab".repeat(32)}`,
    content: { title: "On its way 👋", body: "Order A-1", data: '{"order":{"id":"A-1"}}' },
  },
  behaviours: {
    ...HTTP_BEHAVIOURS,
    recipient_gone: { next: [{ status: 410 }] },
    config: { next: [{ status: 403 }] },
  },
});

/** An HTTP/2 server that answers with how many requests its connection has had. */
async function startCounting(onRequest: (session: Http2Session, count: number) => void) {
  const sessions: Http2Session[] = [];
  const server = createServer();
  server.on("session", (session) => sessions.push(session));
  const counts = new Map<Http2Session, number>();
  server.on("stream", (stream) => {
    const { session } = stream;
    if (session === undefined) return;
    const count = (counts.get(session) ?? 0) + 1;
    counts.set(session, count);
    stream.on("error", () => undefined);
    stream.respond({ ":status": 200 });
    stream.end(String(count));
    onRequest(session, count);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const connection = createHttp2Connection({
    origin: `http://127.0.0.1:${port}`,
    connectMs: 5_000,
  });
  onTestFinished(async () => {
    await connection.close();
    for (const session of sessions) session.destroy();
    server.close();
  });
  const { signal } = new AbortController();
  const post = async () =>
    (await connection.post({ headers: { ":path": "/" }, body: "{}" }, signal)).body;
  return { post, connections: () => sessions.length };
}

test("requests share one connection", async () => {
  const { post, connections } = await startCounting(() => undefined);
  const first = Array.from({ length: 20 }, () => post());
  expect(new Set(await Promise.all(first)).size).toBe(20);
  expect(await post()).toBe("21");
  expect(connections()).toBe(1);
});

test("after a GOAWAY there is a new one, and nothing is lost", async () => {
  const { post, connections } = await startCounting((session, count) => {
    if (count === 2) session.close();
  });
  const answers: string[] = [];
  for (let request = 0; request < 6; request += 1) answers.push(await post());
  expect(answers).toEqual(["1", "2", "1", "2", "1", "2"]);
  expect(connections()).toBe(3);
});
