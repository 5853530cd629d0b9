import { isOfDelivery, type SagaInput, type Until } from "@pulsecourier/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SagaEvent } from "./saga.ts";
import { advance, NOW } from "./test-saga.ts";
import { COURSES, play, type Play, playedBy, SIGNALS } from "./test-world.ts";

const plays: fc.Arbitrary<Play> = fc.record({
  until: fc.constantFrom<Until>("sent", "delivered", "read"),
  courses: fc.array(fc.constantFrom(...COURSES), { minLength: 4, maxLength: 4 }),
  corrections: fc.array(fc.constantFrom(...COURSES), { maxLength: 4 }),
  picks: fc.array(fc.record({ at: fc.nat(50), again: fc.boolean() }), { maxLength: 40 }),
  cancelAt: fc.option(fc.nat(25)),
  signals: fc.option(fc.subarray([...SIGNALS])),
  recipient: fc.constant("ann"),
});
const isCancel = (input: SagaInput) =>
  input.type === "cancel" || (input.type === "event" && input.event.type === "order.cancelled");
const RUNS = { numRuns: 3_000 };

test("whatever comes, in whatever order and however often, there is one end and nothing after it", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const events = play(one).history.flat();
      expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
      expect(events.at(-1)?.type).toBe("ended");
    }),
    RUNS,
  );
});

test("each wave is asked for once, in order, and none once a delivery has got there", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const events = play(one).history.flat();
      const issued = events.filter((event) => event.type === "wave_issued");
      const waves = issued.flatMap(({ step, wave }) => (step === "send" ? [wave] : []));
      expect(waves).toEqual(waves.map((_, index) => index));
      expect(issued.length - waves.length).toBeLessThan(2);
    }),
    RUNS,
  );
});

test("what is open at the end has been forbidden", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { saga, history } = play(one);
      const events = history.flat();
      const withdrawn = events.flatMap((event) =>
        event.type === "withdrawn" ? event.deliveries.map(({ id }) => id) : [],
      );
      const isSealed = events.some((event) => "seal" in event && event.seal);
      for (const { id, status } of saga.state.deliveries) {
        const isOpen = status === "pending" || status === "retrying";
        if (isOpen) expect(isSealed || withdrawn.includes(id)).toBe(true);
      }
    }),
    RUNS,
  );
});

test("after a cancel nothing more is asked for", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { script, history, saga } = play(one);
      if (saga.state.end?.reason.startsWith("cancelled") !== true) return;
      expect(script.some(isCancel)).toBe(true);
      const events = history.flat();
      const from = events.findIndex(({ type }) => type === "compensating" || type === "ended");
      const after = events.slice(from).map(({ type }) => type);
      expect(after).not.toContain("wave_issued");
      expect(after.at(-1)).toBe("ended");
    }),
    RUNS,
  );
});

test("an input that was taken says nothing new when it is taken again at once", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { script } = play(one);
      let saga = playedBy(one).new();
      for (const input of script) {
        const first = advance(saga, input, NOW);
        expect(advance(first.saga, input, NOW).events).toEqual([]);
        ({ saga } = first);
      }
    }),
    { numRuns: 500 },
  );
});

const undoneBy = (channel: string) => ({ inapp: "retract", push: "replace" })[channel] ?? "correct";

/** Whatever a saga that is undone had sent: each compensation, and the delivery it is about. */
function undone(one: Play) {
  const { saga, history } = play(one);
  const events = history.flat();
  const begins = events.findIndex(({ type }) => type === "compensating");
  return { saga, events, isUndone: begins !== -1, later: events.slice(begins) };
}

const isAbout =
  (type: SagaEvent["type"], one: { step: string; wave: number; channel: string; kind: string }) =>
  (event: SagaEvent): boolean =>
    event.type === type &&
    "kind" in event &&
    event.step === one.step &&
    event.wave === one.wave &&
    event.channel === one.channel &&
    event.kind === one.kind;

test("what undoes a channel is registered before it is asked for", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { events } = undone(one);
      for (const [at, event] of events.entries()) {
        if (event.type !== "wave_issued") continue;
        const { step, wave, channels } = event;
        const before = events.slice(0, at);
        for (const channel of channels) {
          const kind = undoneBy(channel);
          const about = { step, wave, channel, kind };
          expect(before.some(isAbout("compensation_registered", about))).toBe(true);
        }
      }
    }),
    RUNS,
  );
});

test("a saga that is undone leaves nothing half undone, undoes nothing twice, and says what failed", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { saga, events, isUndone } = undone(one);
      const { compensations, end } = saga.state;
      const failed = compensations.filter(({ status }) => status === "failed");
      expect(end?.outcome === "compensation_failed").toBe(failed.length > 0);
      for (const each of compensations.filter(isOfDelivery)) {
        const count = (type: SagaEvent["type"]) => events.filter(isAbout(type, each)).length;
        expect(count("compensated") + count("compensation_failed")).toBe(isUndone ? 1 : 0);
        expect(count("compensation_issued")).toBeLessThan(2);
      }
    }),
    RUNS,
  );
});

test("only what may have arrived is undone, and of several that can be at once the newest first", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { history } = play(one);
      const arrived = new Set<string>();
      for (const events of history) {
        const begun: number[] = [];
        for (const event of events) {
          if (event.type === "delivery_changed") {
            const { id, status } = event.delivery;
            if (status === "failed") arrived.delete(id);
            else if (status !== "retrying") arrived.add(id);
          }
          if (event.type !== "compensation_issued") continue;
          expect(arrived.has(event.of)).toBe(true);
          begun.push(event.sentAs);
        }
        expect(begun).toEqual(begun.toSorted((a, b) => b - a));
      }
    }),
    RUNS,
  );
});

test("whatever arrived of a saga that is undone is taken back, replaced or corrected", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { saga, isUndone, later } = undone(one);
      if (!isUndone) return;
      for (const { id, step, wave, channel, status } of saga.state.deliveries) {
        if (wave >= 100 || !["sent", "delivered", "read"].includes(status)) continue;
        const kind = undoneBy(channel);
        const about = { step, wave, channel, kind };
        const event = later.find(
          isAbout(kind === "retract" ? "compensated" : "compensation_issued", about),
        );
        expect(event).toMatchObject(kind === "retract" ? { id } : { of: id });
      }
    }),
    RUNS,
  );
});

test("two deliveries through one channel stay apart: each belongs to the wave that asked for it", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { idOf } = playedBy(one);
      const { saga } = play(one);
      for (const { id, step, wave, channel } of saga.state.deliveries) {
        expect(id).toBe(idOf({ step, wave, channel }));
      }
    }),
    RUNS,
  );
});

test("what it waits for lets it go on, its time limit ends it; whichever is first, and only that", () => {
  fc.assert(
    fc.property(plays, (one) => {
      if (one.signals === null) return;
      const { saga, history } = play(one);
      const ways = history
        .flat()
        .flatMap((event) =>
          event.type === "event_heard" || event.type === "limit_passed" ? [event.type] : [],
        );
      const [first] = ways;
      const waves = history.flat().filter(({ type }) => type === "wave_issued");
      if (first !== "event_heard") expect(waves).toEqual([]);
      else expect(saga.state.events["paid"]?.type).toBe("order.paid");
      expect(ways.filter((type) => type === "event_heard").length).toBeLessThanOrEqual(1);
      const isCancelled = saga.state.end?.reason.startsWith("cancelled") === true;
      if (first === "event_heard" && !isCancelled) expect(waves).not.toEqual([]);
    }),
    RUNS,
  );
});
