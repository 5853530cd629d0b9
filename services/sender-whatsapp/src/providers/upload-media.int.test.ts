import { createServer } from "node:http";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { createMediaUpload } from "./upload-media.ts";

const file = {
  id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  filename: "a.pdf",
  contentType: "application/pdf",
  size: 4,
  sha256: "0".repeat(64),
  bytes: Buffer.from("%PDF"),
};

/** Uploads to a server that answers so, or not at all. */
async function upload(answer: { status: number; body: string } | null, timeoutMs = 5_000) {
  const server = createServer((request, response) => {
    request.resume();
    if (answer !== null) response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const deps = { callTimeoutMs: timeoutMs, concurrency: 1 };
  const baseUrl = `http://127.0.0.1:${port}`;
  const media = createMediaUpload({
    baseUrl,
    pathOf: () => "/media",
    authorization: "Bearer t",
    deps,
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await media.close();
  });
  const signal = AbortSignal.timeout(timeoutMs);
  return media.upload(file, {
    signal,
    traceparent: "",
    attempt: 1,
    idempotencyKey: "d",
    identity: {},
  });
}

const error = (code: number) => JSON.stringify({ error: { message: "no", code } });

test.each([
  ["its id", { status: 200, body: '{"id":"77"}' }, { ok: true, id: "77" }],
  ["no right", { status: 401, body: error(190) }, { ok: false, outcome: { kind: "config" } }],
  [
    "too many",
    { status: 400, body: error(80007) },
    { ok: false, outcome: { kind: "rate_limited" } },
  ],
  [
    "a failure",
    { status: 500, body: error(131000) },
    { ok: false, outcome: { kind: "transient" } },
  ],
  [
    "a refusal",
    { status: 400, body: error(131053) },
    { ok: false, outcome: { kind: "permanent" } },
  ],
  // No message is out, so it may be done again.
  ["nonsense", { status: 200, body: "<html>" }, { ok: false, outcome: { kind: "transient" } }],
])("an answer with %s", async (_what, answer, result) => {
  expect(await upload(answer)).toMatchObject(result);
});

test("no answer: nothing was sent, so it may be done again", async () => {
  expect(await upload(null, 300)).toMatchObject({ ok: false, outcome: { kind: "transient" } });
});
