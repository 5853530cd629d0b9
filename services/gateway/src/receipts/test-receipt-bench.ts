import { randomUUID } from "node:crypto";
import {
  type Channel,
  type IdSecret,
  LifecycleFact,
  notificationId as deriveNotificationId,
  useId,
} from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { openSimulator } from "@pulsecourier/provider-simulator/testing";
import { eventually } from "@pulsecourier/testkit";
import { expect } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";
import { type Callback, pass, startRelay } from "./test-relay.ts";

/** A message of ours, as its sender hands it to the provider. */
type Message = {
  tenant: string;
  notificationId: string;
  deliveryId: string;
  to: string;
  callbackUrl: string;
};

export type BenchOptions = {
  provider: string;
  channel: Channel;
  /** Variables of the gateway besides what the simulator shows. */
  env?: (simulatorUrl: string) => Record<string, string>;
  newAddress: () => string;
  /** Sends a message through the simulator as the sender does. */
  send: (simulatorUrl: string, message: Message) => Promise<Response>;
};

export type ReceiptBench = Awaited<ReturnType<typeof openReceiptBench>>;

/** A gateway, a simulator that reports to it, and a relay between them. */
export async function openReceiptBench(o: BenchOptions) {
  const { provider } = o;
  const path = `/v1/providers/${provider}/webhooks`;
  const relay = await startRelay();
  const simulator = await openSimulator({ SIMULATOR_RECEIPTS_URL: relay.url });
  const keys = { ...simulator.keys(provider), ...o.env?.(simulator.url) };
  const gateway = await startTestGateway({ PUBLIC_URL: relay.url, ...keys });
  relay.passTo(gateway.url);
  const secret = await loadSecret(gateway.db, "ids");

  const bench = {
    path,
    gateway,
    /** A message about a notification, or about none of ours. */
    newMessage: messageMaker(o, { secret, callbackUrl: relay.url + path }),
    /** Sends, and waits until the simulator has told all: what callbacks came, and how many were answered with 401. */
    async tell(message: Message, receipts: object = {}) {
      await simulator.behave(provider, { receipts: { delayMs: 0, ...receipts } });
      const before = await simulator.told(provider);
      relay.take();
      const response = await o.send(simulator.url, message);
      expect(response.status, await response.text()).toBeLessThan(300);
      const after = await eventually(async () => {
        const now = await simulator.told(provider);
        const done = (stats: typeof now) => (stats?.taken ?? 0) + (stats?.lost ?? 0);
        if (now === undefined || now.pending > 0 || done(now) <= done(before))
          throw new Error("the simulator has not told all");
        return now;
      });
      const refused = (after.answers["401"] ?? 0) - (before?.answers["401"] ?? 0);
      return { callbacks: relay.take(), refused };
    },
    /** The genuine callbacks about a message, which the gateway has not seen. */
    async capture(message: Message, receipts: object = {}): Promise<Callback[]> {
      // Whatever comes before the first report has to be over.
      await bench.tell(bench.newMessage());
      relay.hold();
      try {
        return (await bench.tell(message, receipts)).callbacks;
      } finally {
        relay.passTo(gateway.url);
      }
    },
    /** How the gateway answers a callback. */
    post: async (callback: Callback) => (await pass(gateway.url, callback)).status,
    ...readersOf(gateway, o),
    async close(): Promise<void> {
      await simulator.close();
      await gateway.close();
      await relay.close();
    },
  };
  return bench;
}

function messageMaker(
  { channel, newAddress }: BenchOptions,
  { secret, callbackUrl }: { secret: IdSecret; callbackUrl: string },
) {
  return (known = true, use = 0): Message => {
    const [tenant, eventId] = ["default", randomUUID()];
    const event = { source: "/t", eventId, rule: "", recipient: "u" };
    const notificationId = known
      ? deriveNotificationId(secret, { tenant, acceptedAt: Date.now(), ...event })
      : randomUUID();
    return {
      tenant,
      notificationId,
      deliveryId: useId(secret, tenant, notificationId, { channel, use }),
      to: newAddress(),
      callbackUrl,
    };
  };
}

/** What came of callbacks. */
function readersOf(gateway: TestGateway, { provider, channel }: BenchOptions) {
  return {
    factsOf: async ({ notificationId }: Message, count: number) =>
      (await gateway.recordsOn("lifecycle", notificationId, count)).map((record) =>
        LifecycleFact.parse(JSON.parse(String(record.value))),
      ),
    async suppressionsOf({ to }: Message): Promise<{ reason: string }[]> {
      const query = `channel=${channel}&address=${encodeURIComponent(to)}`;
      return (await gateway.call(`GET /v1/suppressions?${query}`)).body.data;
    },
    metrics: async (): Promise<string> => (await gateway.call("GET /metrics", { key: null })).body,
    /** How many receipts of this provider are kept that are nobody's. */
    async unknown(): Promise<number> {
      const rows = await gateway.db.query<{ count: number }>(
        "count-unknown",
        "select count(*)::int as count from gateway.unknown_receipts where provider = $1",
        [provider],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
