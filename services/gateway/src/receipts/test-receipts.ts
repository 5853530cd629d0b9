import type { SuppressionReason } from "@pulsecourier/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BenchOptions, openReceiptBench, type ReceiptBench } from "./test-receipt-bench.ts";
import type { Callback } from "./test-relay.ts";

export type ReceiptCase = BenchOptions & {
  /** Ways to change a genuine callback that its signature must tell. */
  forge: Record<string, (callback: Callback) => Callback>;
  /** Whether the signature covers a time. */
  signsTime: boolean;
  /** Why an address is suppressed that the simulator lets bounce. */
  bounced: SuppressionReason;
};

/** What holds for every provider that reports, shown with the simulator, which signs as the vendor does. */
export function testReceipts(o: ReceiptCase): void {
  let bench: ReceiptBench;
  beforeAll(async () => (bench = await openReceiptBench(o)), 120_000);
  afterAll(() => bench.close());
  describe(`${o.provider}'s receipts`, () => {
    testTaking(() => bench, o);
    testRefusing(() => bench, o);
  });
}

function testTaking(benchOf: () => ReceiptBench, o: ReceiptCase): void {
  test("what the provider tells of a message becomes a fact", async () => {
    const { newMessage, tell, factsOf, suppressionsOf } = benchOf();
    const ours = newMessage();
    await tell(ours);
    const [fact] = await factsOf(ours, 1);
    expect(fact).toMatchObject({
      type: "delivery.delivered",
      tenant: "default",
      deliveryId: ours.deliveryId,
      channel: o.channel,
      provider: o.provider,
    });
    expect(Math.abs(Date.parse(fact?.at ?? "") - Date.now())).toBeLessThan(60_000);
    expect(await suppressionsOf(ours)).toEqual([]);
  });

  test("a saga's second message through the channel is told of as itself, another's is nobody's", async () => {
    const { newMessage, tell, factsOf, unknown } = benchOf();
    const second = newMessage(true, 7);
    await tell(second);
    expect(await factsOf(second, 1)).toMatchObject([{ deliveryId: second.deliveryId }]);
    const before = await unknown();
    await tell({ ...newMessage(), deliveryId: second.deliveryId });
    expect(await unknown()).toBe(before + 1);
  });

  test("a message that could not be delivered suppresses its address, which the fact does not tell", async () => {
    const { newMessage, tell, factsOf, suppressionsOf } = benchOf();
    const ours = newMessage();
    await tell(ours, { bounceRate: 1 });
    const facts = await factsOf(ours, 1);
    expect(facts).toMatchObject([{ type: "delivery.bounced", error: { code: "bounced" } }]);
    expect(JSON.stringify(facts)).not.toContain(ours.to.replace("+", ""));
    const { provider, channel, bounced: reason } = o;
    expect(await suppressionsOf(ours)).toMatchObject([{ reason, provider, channel }]);
  });

  test("doubled and in the wrong order it says the same", async () => {
    const { newMessage, tell, post, factsOf } = benchOf();
    const ours = newMessage();
    const { callbacks } = await tell(ours, { duplicateRate: 1, disorder: true });
    for (const callback of callbacks) expect(await post(callback)).toBeLessThan(300);
    const facts = await factsOf(ours, 2);
    expect(new Set(facts.map(({ type }) => type))).toEqual(new Set(["delivery.delivered"]));
    expect(new Set(facts.map(({ id }) => id)).size).toBe(1);
  });

  test("what is told of messages that are not ours is kept once, counted and harms nobody", async () => {
    const { newMessage, tell, post, unknown, suppressionsOf, metrics } = benchOf();
    const before = await unknown();
    const strange = newMessage(false);
    const { callbacks } = await tell(strange, { bounceRate: 1 });
    for (const callback of callbacks) expect(await post(callback)).toBeLessThan(300);
    expect(await unknown()).toBe(before + 1);
    expect(await suppressionsOf(strange)).toEqual([]);
    const counted = new RegExp(`provider="${o.provider}",kind="unknown"[^}]*\\} [1-9]`);
    expect(await metrics()).toMatch(counted);
  });
}

function testRefusing(benchOf: () => ReceiptBench, o: ReceiptCase): void {
  test("forged and altered callbacks are refused and leave no trace", async () => {
    const { newMessage, tell, capture, post, factsOf, suppressionsOf, metrics } = benchOf();
    const ours = newMessage();
    expect((await tell(ours, { signing: "wrong", bounceRate: 1 })).refused).toBeGreaterThan(0);
    const genuine = await capture(ours, { bounceRate: 1 });
    expect(genuine.length).toBeGreaterThan(0);
    for (const callback of genuine) {
      for (const [how, forge] of Object.entries(o.forge))
        expect(await post(forge(callback)), how).toBe(401);
    }
    expect(await suppressionsOf(ours)).toEqual([]);
    for (const callback of genuine) expect(await post(callback)).toBeLessThan(300);
    // Nothing came before what is genuine.
    expect(await factsOf(ours, 1)).toHaveLength(1);
    expect(await suppressionsOf(ours)).toHaveLength(1);
    const counted = new RegExp(`callbacks_refused_total\\{provider="${o.provider}"[^}]*\\} [1-9]`);
    expect(await metrics()).toMatch(counted);
  });

  test.runIf(o.signsTime)("what was signed long ago is refused", async () => {
    const { newMessage, tell, suppressionsOf } = benchOf();
    await tell(newMessage());
    const ours = newMessage();
    const { refused, callbacks } = await tell(ours, { signing: "stale", bounceRate: 1 });
    expect(refused).toBe(callbacks.length);
    expect(refused).toBeGreaterThan(0);
    expect(await suppressionsOf(ours)).toEqual([]);
  });

  test("what is too large, of another type or no callback at all is refused", async () => {
    const { path, newMessage, capture, post } = benchOf();
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
}
