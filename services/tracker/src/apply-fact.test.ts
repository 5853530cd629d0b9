import { randomUUID } from "node:crypto";
import type { LifecycleFact } from "@pulsecourier/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyFact } from "./apply-fact.ts";
import type { Tracked } from "./tracked.ts";
import {
  email,
  at,
  fact,
  ofEmail,
  ofInapp,
  error,
  routed,
  retrying,
  sent,
  failedOver,
  shown,
  read,
  after,
} from "./test-facts.ts";

test("a notification goes from processing to the status all its deliveries reached", () => {
  expect(after([routed]).status).toBe("processing");
  expect(after([routed, sent]).status).toBe("processing");
  expect(after([routed, sent, shown]).status).toBe("sent");
  expect(after([routed, retrying, failedOver]).deliveries[0]?.status).toBe("retrying");
  expect(after([routed, retrying, failedOver, sent, shown, read])).toMatchObject({
    status: "read",
    deliveries: [
      { channel: "email", status: "sent", attempts: 2 },
      { channel: "inapp", status: "read" },
    ],
  });
});

test("any order and any repetition of the facts ends in the same view", () => {
  const facts = [routed, retrying, failedOver, sent, shown, read];
  const normal = (view: Tracked) => ({
    ...view,
    deliveries: view.deliveries.toSorted((a, b) => a.id.localeCompare(b.id)),
  });
  const expected = normal(after(facts));
  const shuffled = fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 });
  fc.assert(
    fc.property(shuffled, (some) => {
      expect(normal(after(some))).toEqual(expected);
    }),
  );
});

test("one channel sent and one failed is partial; all failed is failed", () => {
  const failed = fact({ type: "delivery.failed", ...ofEmail, attempt: 1, error });
  const failedToo = fact({ type: "delivery.failed", ...ofInapp, attempt: 1, error });
  expect(after([routed, failed, shown]).status).toBe("partial");
  expect(after([routed, failed, failedToo]).status).toBe("failed");
});

test("a cancelled notification stays cancelled unless something had already left", () => {
  const cancelled = fact({ type: "notification.cancelled" });
  expect(after([cancelled]).status).toBe("cancelled");
  expect(after([cancelled, routed]).status).toBe("cancelled");
  expect(after([routed, shown, cancelled]).status).toBe("processing");
});

test("a redrive reopens a failed delivery, and an old failure does not close it again", () => {
  const failed = fact({ type: "delivery.failed", ...ofEmail, attempt: 3, error });
  const redriven = fact({ type: "delivery.redriven", ...ofEmail, redrive: 1, attempt: 0 });
  expect(after([routed, shown, failed, redriven]).status).toBe("processing");
  expect(after([routed, shown, redriven, failed]).status).toBe("processing");
});

test("a fact that overtakes the routing is kept and described later", () => {
  expect(after([sent])).toMatchObject({
    eventId: "",
    status: "sent",
    createdAt: "2026-01-01T00:00:00.000Z",
  });
  expect(after([sent, routed])).toMatchObject({
    eventId: "e",
    recipient: "u",
    status: "processing",
  });
});

const ofReport = { ...ofEmail, attempt: 0, provider: "sendgrid" };
const delivered = fact({ type: "delivery.delivered", ...ofReport, reportedAt: at() });
const complained = fact({ type: "delivery.complained", ...ofReport, reportedAt: at() });
const opened = fact({ type: "delivery.read", ...ofReport, reportedAt: at() });
const bounced = fact({
  type: "delivery.bounced",
  ...ofReport,
  reportedAt: at(),
  error: { code: "bounced", class: "permanent", message: "550" },
});
const laterBounce = fact({
  type: "delivery.bounced",
  ...ofReport,
  reportedAt: at(),
  error: { code: "bounced", class: "permanent", message: "another" },
});
const onlyEmail = { ...routed, deliveries: [{ id: email, channel: "email" }] } as LifecycleFact;

/** Every order of the items. */
function* ordersOf<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries())
    for (const rest of ordersOf(items.toSpliced(index, 1))) yield [item, ...rest];
}

test("whatever the order of receipts, the furthest counts and a status never moves back", () => {
  const ranked = ["pending", "retrying", "sent", "delivered", "failed", "read"];
  const end = (facts: LifecycleFact[]) => after(facts).deliveries[0];
  const sets: [LifecycleFact[], string][] = [
    [[sent, delivered], "delivered"],
    [[sent, delivered, complained], "delivered"],
    [[sent, delivered, bounced, laterBounce], "failed"],
    [[retrying, sent, delivered, bounced, complained, opened], "read"],
  ];
  for (const [facts, expected] of sets) {
    const inOrder = end([onlyEmail, ...facts]);
    expect(inOrder?.status).toBe(expected);
    for (const some of ordersOf([onlyEmail, ...facts])) {
      expect(end(some)).toEqual(inOrder);
      let view: Tracked | null = null;
      let reached = 0;
      for (const one of some) {
        view = applyFact(view, one);
        const now = ranked.indexOf(view.deliveries[0]?.status ?? "pending");
        expect(now).toBeGreaterThanOrEqual(reached);
        reached = now;
      }
    }
  }
});

test("a bounce says why and when; delivered is never before sent", () => {
  expect(after([onlyEmail, sent, delivered, laterBounce, bounced])).toMatchObject({
    status: "failed",
    deliveries: [{ provider: "smtp", error: { message: "550" } }],
  });
  const early = { ...delivered, reportedAt: "2020-01-01T00:00:00.000Z" } as LifecycleFact;
  for (const facts of [
    [onlyEmail, sent, early],
    [onlyEmail, early, sent],
  ])
    expect(after(facts).deliveries[0]).toMatchObject({ deliveredAt: sent.at, sentAt: sent.at });
});

test("a delivery that the sandbox sends elsewhere says so, whichever fact tells", () => {
  const marked = fact({
    ...routed,
    deliveries: [{ id: email, channel: "email", redirected: "accounts" }],
  });
  const [told] = applyFact(null, marked).deliveries;
  expect(told?.redirected).toBe("accounts");
  const [heard] = applyFact(null, fact({ ...sent, redirected: "address" })).deliveries;
  expect(heard?.redirected).toBe("address");
  expect(applyFact(null, sent).deliveries[0]).not.toHaveProperty("redirected");
});

const NIGHT = "2026-01-02T07:00:00.000Z";
const summary = { ...Object(routed).summary };
const heldBack = { type: "notification.held", summary, until: NIGHT, reason: "quiet", skipped: [] };

test("what is held is scheduled, until what was decided at the end of quiet hours is heard", () => {
  const held = fact({ ...heldBack, channels: ["email"] });
  const released = { ...routed, id: randomUUID(), heldUntil: NIGHT };
  expect(after([held])).toMatchObject({
    status: "scheduled",
    held: { channels: ["email"], until: NIGHT, reason: "quiet" },
  });
  for (const facts of [
    [held, released],
    [released, held],
    [held, released, held],
  ]) {
    expect(after(facts)).toMatchObject({ status: "processing" });
    expect(after(facts).held).toBeUndefined();
  }
});

test("what is refused at the end of quiet hours is so, also when that is heard before the hold", () => {
  const held = fact({ ...heldBack, channels: ["email"] });
  const body = { type: "notification.suppressed", summary, error, skipped: [] };
  const refused = fact({ ...body, heldUntil: NIGHT });
  for (const facts of [
    [held, refused],
    [refused, held],
  ]) {
    expect(after(facts).status).toBe("suppressed");
    expect(after(facts).held).toBeUndefined();
  }
});

test("with one channel held and the other sent it is processing, and a cancel leaves what was sent", () => {
  const held = fact({ ...heldBack, channels: ["email"] });
  const cancelled = fact({ type: "notification.cancelled" });
  for (const facts of [
    [shown, held],
    [held, shown],
  ]) {
    expect(after(facts).status).toBe("processing");
    expect(after([...facts, cancelled])).toMatchObject({ status: "sent" });
  }
  expect(after([held, cancelled])).toMatchObject({ status: "cancelled" });
  expect(after([cancelled, held])).toMatchObject({ status: "cancelled" });
});

test("held again from a repeat of its event, it keeps what was sent long ago", () => {
  const held = fact({ ...heldBack, channels: ["email"] });
  expect(after([sent, held])).toMatchObject({ status: "sent" });
});

test("a notification that is given another time waits for the last one, whichever fact comes last", () => {
  const told = (sendAt: string) => ({ summary: { ...summary, sendAt } });
  const first = fact({ type: "notification.scheduled", ...told("2026-02-01T00:00:00.000Z") });
  const move = (sendAt: string) => fact({ type: "notification.rescheduled", sendAt });
  const facts = [first, move("2026-03-01T00:00:00.000Z"), move("2026-02-15T00:00:00.000Z")];
  for (const order of [facts, facts.toReversed(), [facts[1], facts[2], facts[0]]]) {
    const view = after(order.flatMap((one) => one ?? []));
    expect(view).toMatchObject({ status: "scheduled", sendAt: "2026-02-15T00:00:00.000Z" });
  }
});
