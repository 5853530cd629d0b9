import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:net";
import type { DeliveryRecord } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import { describe, expect, onTestFinished, test } from "vitest";
import { callProvider } from "./call-provider.ts";
import { createAccount } from "./account.ts";
import type { OutgoingMessage, Provider, ProviderOutcome } from "./provider.ts";

/** What a provider must do the same as all others, against a server that can be told how to behave. */
export type ProviderSuite = {
  provider: Provider;
  /** A server of the test's own, which stops with the test. */
  start(): Promise<ProviderServer>;
  /** Variables of an account whose server is there. */
  account(at: Place): Record<string, string>;
  /** For a provider that reads Postgres; others talk to their server only. */
  db?: () => Db;
  message: Pick<OutgoingMessage, "address" | "content">;
  /** Behaviours that lead to an outcome; those a provider cannot show are left out. */
  behaviours: Partial<Record<Case, Behaviour>>;
  /** A behaviour that accepts and answers what cannot be read; left out where the status says it all. */
  unreadable?: Behaviour;
  /** False where the provider's answer names no message. */
  namesMessages?: false;
};
type Case = "permanent" | "recipient_gone" | "transient" | "rate_limited" | "config";
/** As the provider simulator's control API takes it. */
type Behaviour = Record<string, unknown>;
type Place = { url: string; smtpUrl: string; apnsUrl: string };
type ProviderServer = Place & {
  behave(behaviour: Behaviour): Promise<unknown>;
  /** Messages of the delivery the server has accepted. */
  accepted(deliveryId: string): Promise<number>;
};

const TIMEOUT_MS = 600;

/** How an HTTP API says most of it, by status alone. */
export const HTTP_BEHAVIOURS = {
  permanent: { next: [{ status: 400 }] },
  transient: { next: [{ status: 503 }] },
  rate_limited: { next: [{ status: 429 }], retryAfterSeconds: 7 },
  config: { next: [{ status: 401 }] },
} satisfies ProviderSuite["behaviours"];

/** Runs the cases every provider must handle. */
export function testProvider(suite: ProviderSuite): void {
  describe(`provider ${suite.provider.name}`, () => {
    testAnswers(suite);
    testSilence(suite);
  });
}

function testAnswers(suite: ProviderSuite): void {
  test("sends, many at once, each once", async () => {
    const server = await suite.start();
    const send = open(suite, server, 10_000);
    const ids = Array.from({ length: 50 }, () => randomUUID());
    const outcomes = await Promise.all(ids.map((id) => send(id)));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(ids.map(() => "sent"));
    if (suite.namesMessages !== false)
      expect(outcomes[0]).toMatchObject({ providerMessageId: expect.stringMatching(/./) });
    expect(await Promise.all(ids.map((id) => server.accepted(id)))).toEqual(ids.map(() => 1));
  });

  test.each(Object.entries(suite.behaviours))("%s", async (kind, behaviour) => {
    const server = await suite.start();
    const send = open(suite, server);
    await server.behave(behaviour);
    const id = randomUUID();
    const { retryAfterSeconds } = { retryAfterSeconds: undefined, ...behaviour };
    const retryAfterMs = Number(retryAfterSeconds) * 1_000;
    expect(await send(id)).toMatchObject({
      kind,
      detail: expect.stringMatching(/./),
      ...(retryAfterSeconds !== undefined && { retryAfterMs }),
    });
    expect(await server.accepted(id)).toBe(0);
    await server.behave({});
    expect(await send(id)).toMatchObject({ kind: "sent" });
  });
}

function testSilence(suite: ProviderSuite): void {
  test("nobody listens: transient, nothing was sent", async () => {
    const server = createServer();
    const address = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await open(suite, address)()).toMatchObject({ kind: "transient" });
  });

  test("no answer after the message was taken: ambiguous, and in time", async () => {
    const server = await suite.start();
    const send = open(suite, server);
    await server.behave({ hangAfterAccept: true });
    const id = randomUUID();
    const started = performance.now();
    expect(await send(id)).toMatchObject({ kind: "ambiguous" });
    expect(performance.now() - started).toBeLessThan(TIMEOUT_MS * 4);
    expect(await server.accepted(id)).toBe(1);
  });

  test.skipIf(suite.unreadable === undefined)(
    "an answer that cannot be read leaves open whether it was sent",
    async () => {
      const server = await suite.start();
      const send = open(suite, server);
      await server.behave(suite.unreadable ?? {});
      const id = randomUUID();
      expect(await send(id)).toMatchObject({ kind: "ambiguous" });
      expect(await server.accepted(id)).toBe(1);
    },
  );

  test("an answer that is not the protocol's is not taken for a success", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => socket.end("\u0000\u0001 nonsense\r\n\r\n"));
    });
    const address = await listen(server);
    onTestFinished(() => void server.close());
    const outcome = await open(suite, address)();
    expect(["ambiguous", "transient"]).toContain(outcome.kind);
  });
}

function open(suite: ProviderSuite, at: Place, timeoutMs = TIMEOUT_MS) {
  const { name, open: openAccount } = suite.provider;
  const env = suite.account(at);
  const logger = createLogger({ service: "test", level: "silent" });
  // What is not given is not used.
  const db = suite.db?.() ?? ({} as Db);
  const deps = { db, logger, callTimeoutMs: timeoutMs, concurrency: 8 };
  const account = createAccount(name, openAccount(env, deps));
  onTestFinished(async () => account.provider.close?.());
  return async (id: string = randomUUID()): Promise<ProviderOutcome> => {
    const names = { id, tenant: "default", notificationId: id, lane: "normal" };
    const delivery = names as DeliveryRecord;
    const message = { ...suite.message, headers: {}, attachments: [], delivery };
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const context = { traceparent, attempt: 1, idempotencyKey: id, identity: {}, timeoutMs };
    return callProvider(account, message, context);
  };
}

async function listen(server: Server): Promise<Place> {
  const host = "127.0.0.1";
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  const authority = `${host}:${address.port}`;
  const url = `http://${authority}`;
  return { url, smtpUrl: `smtp://${authority}`, apnsUrl: url };
}
