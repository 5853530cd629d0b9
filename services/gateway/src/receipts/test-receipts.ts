import { randomUUID } from "node:crypto";
import {
  type Channel,
  deliveryId,
  type IdSecret,
  LifecycleFact,
  notificationId as deriveNotificationId,
  type SuppressionReason,
} from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { openSimulator } from "@pulsecourier/provider-simulator/testing";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";
import { type Callback, pass, startRelay } from "./test-relay.ts";

type Simulator = Awaited<ReturnType<typeof openSimulator>>;

/** A message of ours, as its sender hands it to the provider. */
export type Message = {
  tenant: string;
  notificationId: string;
  deliveryId: string;
  to: string;
  callbackUrl: string;
};

export type ReceiptCase = {
  provider: string;
  channel: Channel;
  /** Variables of the gateway besides what the simulator shows. */
  env?: (simulatorUrl: string) => Record<string, string>;
  newAddress: () => string;
  /** Sends a message through the simulator as the sender does. */
  send: (simulatorUrl: string, message: Message) => Promise<Response>;
  /** Ways to change a genuine callback that its signature must tell. */
  forge: Record<string, (callback: Callback) => Callback>;
  /** Whether the signature covers a time. */
  signsTime: boolean;
  /** Why an address is suppressed that the simulator lets bounce. */
  bounced: SuppressionReason;
};

/** What holds for every provider that reports, shown with the simulator, which signs as the vendor does. */
export function testReceipts(o: ReceiptCase): void {
  const path = `/v1/providers/${o.provider}/webhooks`;
  let simulator: Simulator;
  let gateway: TestGateway;
  let relay: Awaited<ReturnType<typeof startRelay>>;
  let secret: IdSecret;

  beforeAll(async () => {
    relay = await startRelay();
    simulator = await openSimulator({ SIMULATOR_RECEIPTS_URL: relay.url });
    gateway = await startTestGateway({
      PUBLIC_URL: relay.url,
      ...simulator.keys(o.provider),
      ...o.env?.(simulator.url),
    });
    relay.passTo(gateway.url);
    secret = await loadSecret(gateway.db, "ids");
  }, 120_000);
  afterAll(async () => {
    await simulator.close();
    await gateway.close();
    await relay.close();
  });

  function newMessage(known = true): Message {
    const [tenant, eventId] = ["default", randomUUID()];
    const of = { tenant, acceptedAt: Date.now(), source: "/t", eventId, rule: "", recipient: "u" };
    const notificationId = known ? deriveNotificationId(secret, of) : randomUUID();
    return {
      tenant,
      notificationId,
      deliveryId: deliveryId(secret, tenant, notificationId, o.channel),
      to: o.newAddress(),
      callbackUrl: relay.url + path,
    };
  }

  /** Sends, and waits until the simulator has told all; answers what callbacks came and how they were answered. */
  async function tell(message: Message, receipts: object = {}) {
    await simulator.behave(o.provider, { receipts: { delayMs: 0, ...receipts } });
    const before = await simulator.told(o.provider);
    relay.take();
    const response = await o.send(simulator.url, message);
    expect(response.status, await response.text()).toBeLessThan(300);
    const after = await eventually(async () => {
      const now = await simulator.told(o.provider);
      const done = (stats: typeof now) => (stats?.taken ?? 0) + (stats?.lost ?? 0);
      if (now === undefined || now.pending > 0 || done(now) <= done(before))
        throw new Error("the simulator has not told all");
      return now;
    });
    const refused = (after.answers["401"] ?? 0) - (before?.answers["401"] ?? 0);
    return { callbacks: relay.take(), refused };
  }

  /** The genuine callbacks about a message, which the gateway has not seen. */
  async function capture(message: Message, receipts: object = {}): Promise<Callback[]> {
    // Whatever comes before the first report has to be over.
    await tell(newMessage());
    relay.hold();
    try {
      return (await tell(message, receipts)).callbacks;
    } finally {
      relay.passTo(gateway.url);
    }
  }

  const factsOf = async (id: string, count: number) =>
    (await gateway.recordsOn("lifecycle", id, count)).map((record) =>
      LifecycleFact.parse(JSON.parse(String(record.value))),
    );
  const suppressionsOf = async (address: string): Promise<{ reason: string }[]> => {
    const query = `channel=${o.channel}&address=${encodeURIComponent(address)}`;
    return (await gateway.call(`GET /v1/suppressions?${query}`)).body.data;
  };
  const post = async (callback: Callback) => (await pass(gateway.url, callback)).status;

  describe(`${o.provider}'s receipts`, () => {
    test("what the provider tells of a message becomes a fact", async () => {
      const ours = newMessage();
      await tell(ours);
      const [fact] = await factsOf(ours.notificationId, 1);
      expect(fact).toMatchObject({
        type: "delivery.delivered",
        tenant: "default",
        deliveryId: ours.deliveryId,
        channel: o.channel,
        provider: o.provider,
      });
      expect(Math.abs(Date.parse(fact?.at ?? "") - Date.now())).toBeLessThan(60_000);
      expect(await suppressionsOf(ours.to)).toEqual([]);
    });

    test("a message that could not be delivered suppresses its address, and the fact does not tell it", async () => {
      const ours = newMessage();
      await tell(ours, { bounceRate: 1 });
      const facts = await factsOf(ours.notificationId, 1);
      expect(facts).toMatchObject([{ type: "delivery.bounced", error: { code: "bounced" } }]);
      expect(JSON.stringify(facts)).not.toContain(ours.to.replace("+", ""));
      expect(await suppressionsOf(ours.to)).toMatchObject([
        { reason: o.bounced, provider: o.provider, channel: o.channel },
      ]);
    });

    test("doubled and in the wrong order it says the same", async () => {
      const ours = newMessage();
      const { callbacks } = await tell(ours, { duplicateRate: 1, disorder: true });
      for (const callback of callbacks) expect(await post(callback)).toBeLessThan(300);
      const facts = await factsOf(ours.notificationId, 2);
      expect(new Set(facts.map(({ type }) => type))).toEqual(new Set(["delivery.delivered"]));
      expect(new Set(facts.map(({ id }) => id)).size).toBe(1);
    });

    test("forged and altered callbacks are refused and leave no trace", async () => {
      const ours = newMessage();
      expect((await tell(ours, { signing: "wrong", bounceRate: 1 })).refused).toBeGreaterThan(0);
      const genuine = await capture(ours, { bounceRate: 1 });
      expect(genuine.length).toBeGreaterThan(0);
      for (const callback of genuine) {
        for (const [how, forge] of Object.entries(o.forge)) {
          expect(await post(forge(callback)), how).toBe(401);
        }
      }
      expect(await suppressionsOf(ours.to)).toEqual([]);
      for (const callback of genuine) expect(await post(callback)).toBeLessThan(300);
      // Nothing came before what is genuine.
      expect(await factsOf(ours.notificationId, 1)).toHaveLength(1);
      expect(await suppressionsOf(ours.to)).toHaveLength(1);
      const metrics = (await gateway.call("GET /metrics", { key: null })).body;
      expect(metrics).toMatch(
        new RegExp(`callbacks_refused_total\\{provider="${o.provider}"[^}]*\\} [1-9]`),
      );
    });

    test.runIf(o.signsTime)("what was signed long ago is refused", async () => {
      const ours = newMessage();
      await tell(newMessage());
      const { refused, callbacks } = await tell(ours, { signing: "stale", bounceRate: 1 });
      expect(refused).toBe(callbacks.length);
      expect(refused).toBeGreaterThan(0);
      expect(await suppressionsOf(ours.to)).toEqual([]);
    });

    test("what is told of messages that are not ours is kept once, counted and harms nobody", async () => {
      const before = await unknownIn(gateway, o.provider);
      const strange = newMessage(false);
      const { callbacks } = await tell(strange, { bounceRate: 1 });
      for (const callback of callbacks) expect(await post(callback)).toBeLessThan(300);
      expect(await unknownIn(gateway, o.provider)).toBe(before + 1);
      expect(await suppressionsOf(strange.to)).toEqual([]);
      const metrics = (await gateway.call("GET /metrics", { key: null })).body;
      const counted = new RegExp(`provider="${o.provider}",kind="unknown"[^}]*\\} [1-9]`);
      expect(metrics).toMatch(counted);
    });

    test("what is too large, of another type or no callback at all is refused", async () => {
      const [genuine] = await capture(newMessage());
      if (genuine === undefined) throw new Error("nothing was captured");
      const large = { ...genuine, body: Buffer.alloc(5 * 1024 * 1024, "x") };
      expect(await post(large)).toBe(413);
      const typed = { ...genuine.headers, "content-type": "text/xml" };
      expect(await post({ ...genuine, headers: typed })).toBe(415);
      for (const body of ["", "{", "null", "\0", "[]", '{"Type":"Notification"}', "a=b"])
        expect(await post({ ...genuine, body: Buffer.from(body) }), body).toBe(401);
      expect(await post({ ...genuine, path: `${path}/nobody` })).toBe(404);
    });
  });
}

async function unknownIn(gateway: TestGateway, provider: string): Promise<number> {
  const rows = await gateway.db.query<{ count: number }>(
    "count-unknown",
    "select count(*)::int as count from gateway.unknown_receipts where provider = $1",
    [provider],
  );
  return rows[0]?.count ?? 0;
}
