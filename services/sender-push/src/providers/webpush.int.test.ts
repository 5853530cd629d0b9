import { createLogger } from "@pulsecourier/observability";
import { simulatedSubscription, startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, onTestFinished, test } from "vitest";
import webPush from "web-push";
import { webpush } from "./webpush.ts";

const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const { config: _config, ...behaviours } = HTTP_BEHAVIOURS;
const addressOf = (subscription: object) => `webpush:${JSON.stringify(subscription)}`;
const content = { title: "On its way 👋", body: "Order A-1", data: '{"order":{"id":"A-1"}}' };
const account = {
  WEBPUSH_PUBLIC_KEY: publicKey,
  WEBPUSH_PRIVATE_KEY: privateKey,
  WEBPUSH_SUBJECT: "mailto:push@example.com",
};

testProvider({
  provider: webpush,
  start: () => startProvider("webpush"),
  account: ({ url }) => ({ ...account, WEBPUSH_BASE_URL: `${url}/webpush` }),
  message: { address: addressOf(simulatedSubscription("ada")), content },
  behaviours: { ...behaviours, recipient_gone: { next: [{ status: 410 }] } },
});

/** Sends to a subscription and looks at what the simulator got. */
async function send(subscription: object, env: Record<string, string>) {
  const logger = createLogger({ service: "test", level: "silent" });
  const deps = { db: null as never, logger, callTimeoutMs: 5_000, concurrency: 4 };
  const opened = webpush.open({ ...account, ...env }, deps);
  onTestFinished(async () => opened.close?.());
  const delivery = { id: "0198c0de-0000-4000-8000-000000000001", lane: "critical" } as never;
  const message = {
    delivery,
    address: addressOf(subscription),
    content,
    headers: {},
    attachments: [],
  };
  const { signal } = new AbortController();
  return opened.send(message, {
    signal,
    traceparent: "",
    attempt: 1,
    idempotencyKey: "",
    identity: {},
  });
}

test("the browser, and nobody else, reads what was sent", async () => {
  const simulator = await startProvider("webpush");
  const env = { WEBPUSH_BASE_URL: `${simulator.url}/webpush` };
  expect(await send(simulatedSubscription("ada"), env)).toMatchObject({ kind: "sent" });
  const [received] = await simulator.messages("");
  expect(received).toMatchObject({
    deliveryId: "0198c0de-0000-4000-8000-000000000001",
    subject: "On its way 👋",
    args: { urgency: "high" },
  });
  expect(await simulator.message(received?.id ?? "")).toMatchObject({
    content: { text: "Order A-1" },
  });

  const { endpoint, keys } = simulatedSubscription("ada");
  const wrong = { endpoint, keys: { ...keys, auth: "AAAAAAAAAAAAAAAAAAAAAA" } };
  expect(await send(wrong, env)).toMatchObject({ kind: "permanent" });
});

test.each([
  "http://push.example/x",
  "https://127.0.0.1/x",
  "https://localhost/x",
  "https://[::1]/x",
  "https://169.254.169.254/x",
])("%s is not called", async (endpoint) => {
  const { keys } = simulatedSubscription("ada");
  expect(await send({ endpoint, keys }, {})).toMatchObject({
    kind: "permanent",
    code: "invalid_address",
  });
});

test("keys that are none: the account's are its own fault, a browser's are not", async () => {
  const { endpoint, keys } = simulatedSubscription("ada");
  const noPoint = Buffer.alloc(65, 4).toString("base64url");
  expect(await send({ endpoint, keys: { ...keys, p256dh: noPoint } }, {})).toMatchObject({
    kind: "permanent",
    code: "invalid_address",
  });
  expect(await send({ endpoint, keys }, { WEBPUSH_PRIVATE_KEY: "none" })).toMatchObject({
    kind: "config",
  });
});
