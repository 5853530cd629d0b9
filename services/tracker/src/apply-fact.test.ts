import { randomBytes, randomUUID } from "node:crypto";
import { deliveryId, type LifecycleFact, notificationId } from "@pulsecourier/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyFact, type Tracked } from "./apply-fact.ts";

const secret = randomBytes(32);
const acceptedAt = Date.parse("2026-01-01T00:00:00.000Z");
const id = notificationId(secret, {
  tenant: "t",
  acceptedAt,
  source: "/s",
  eventId: "e",
  rule: "r",
  recipient: "u",
});
const email = deliveryId(secret, "t", id, "email");
const inapp = deliveryId(secret, "t", id, "inapp");
const common = { tenant: "t", notificationId: id };
let clock = acceptedAt;
const at = () => new Date((clock += 1_000)).toISOString();
const fact = (rest: object) =>
  ({ id: randomUUID(), at: at(), ...common, ...rest }) as LifecycleFact;
const ofEmail = { deliveryId: email, channel: "email", redrive: 0 };
const ofInapp = { deliveryId: inapp, channel: "inapp", redrive: 0 };
const error = { code: "provider_unavailable", class: "transient", message: "503" };

const routed = fact({
  type: "notification.routed",
  summary: {
    eventId: "e",
    source: "/s",
    recipient: "u",
    category: null,
    lane: "normal",
    channels: ["email", "inapp"],
    acceptedAt: new Date(acceptedAt).toISOString(),
    sandbox: false,
  },
  deliveries: [
    { id: email, channel: "email" },
    { id: inapp, channel: "inapp" },
  ],
  skipped: [],
});
const retrying = fact({ type: "delivery.retrying", ...ofEmail, attempt: 1, error, nextAt: at() });
const sent = fact({
  type: "delivery.sent",
  ...ofEmail,
  attempt: 2,
  provider: "smtp",
  possibleDuplicate: false,
});
const failedOver = fact({
  type: "delivery.failed_over",
  ...ofEmail,
  attempt: 2,
  provider: "sendgrid",
  nextProvider: "smtp",
  reason: "its breaker is open",
});
const shown = fact({
  type: "delivery.sent",
  ...ofInapp,
  attempt: 1,
  provider: "inbox",
  possibleDuplicate: false,
});
const read = fact({ type: "delivery.read", ...ofInapp, attempt: 1 });

const after = (facts: LifecycleFact[]) => {
  const end = facts.reduce<Tracked | null>(applyFact, null);
  if (end === null) throw new Error("no facts");
  return end;
};

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

test("collected in a digest: it says who carries it, also when a cancel came too late", () => {
  const ofSaga = { sagaId: randomUUID() };
  const carriedBy = randomUUID();
  const told = { code: "collected", class: "permanent", message: "" } as const;
  const collected = { outcome: "suppressed", reason: "", error: told, carriedBy } as const;
  const ended = fact({ type: "saga.ended", ...ofSaga, ...collected });
  const cancelled = fact({ type: "notification.cancelled" });
  for (const facts of [[ended], [cancelled, ended], [ended, cancelled]]) {
    expect(after(facts)).toMatchObject({ status: "suppressed", error: told, carriedBy });
  }
});

test("while its saga runs more may be sent; afterwards the delivery that got furthest counts", () => {
  const ofSaga = { sagaId: randomUUID() };
  const summary = { ...("summary" in routed ? routed.summary : {}), saga: ofSaga.sagaId };
  const started = fact({ type: "saga.started", ...ofSaga, summary });
  const failed = fact({ type: "delivery.failed", ...ofEmail, attempt: 1, error });
  const ended = fact({ type: "saga.ended", ...ofSaga, outcome: "completed", reason: "" });
  expect(after([started])).toMatchObject({
    status: "processing",
    saga: ofSaga.sagaId,
    recipient: "u",
  });
  expect(after([started, failed]).status).toBe("processing");
  expect(after([started, failed, shown]).status).toBe("processing");
  expect(after([started, failed, shown, ended]).status).toBe("sent");
  expect(after([ended, shown, read, failed]).status).toBe("read");
  const gaveUp = fact({ type: "saga.ended", ...ofSaga, outcome: "failed", reason: "", error });
  expect(after([started, failed, gaveUp])).toMatchObject({ status: "failed", error });
  const cancelled = fact({ type: "saga.ended", ...ofSaga, outcome: "cancelled", reason: "" });
  expect(after([started, shown, cancelled]).status).toBe("partial");
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
