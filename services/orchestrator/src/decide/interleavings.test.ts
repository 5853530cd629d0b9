import type { SagaInput, Until } from "@pulsecourier/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { advance, NOW } from "./test-saga.ts";
import { COURSES, play, type Play, playedBy, SIGNALS } from "./test-world.ts";

const plays: fc.Arbitrary<Play> = fc.record({
  until: fc.constantFrom<Until>("sent", "delivered", "read"),
  courses: fc.array(fc.constantFrom(...COURSES), { minLength: 3, maxLength: 3 }),
  picks: fc.array(fc.record({ at: fc.nat(50), again: fc.boolean() }), { maxLength: 30 }),
  cancelAt: fc.option(fc.nat(20)),
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
      const waves = events.flatMap((event) => (event.type === "wave_issued" ? [event.wave] : []));
      expect(waves).toEqual(waves.map((_, index) => index));
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
      if (saga.state.end?.outcome !== "cancelled") return;
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

test("what a cancelled saga had put into an inbox is taken back once, whatever races the cancel", () => {
  fc.assert(
    fc.property(plays, (one) => {
      const { saga, history } = play(one);
      const { end, deliveries, compensations } = saga.state;
      if (end?.outcome !== "cancelled") return;
      expect(compensations.filter(({ status }) => status === "registered")).toEqual([]);
      const undone = history
        .flat()
        .flatMap((event) => (event.type === "compensated" ? [event.id] : []));
      const inapp = deliveries.find(({ channel }) => channel === "inapp");
      const isThere = inapp !== undefined && ["sent", "delivered", "read"].includes(inapp.status);
      expect(undone.filter((id) => id !== null)).toEqual(isThere ? [inapp.id] : []);
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
      const isCancelled = saga.state.end?.outcome === "cancelled";
      if (first === "event_heard" && !isCancelled) expect(waves).not.toEqual([]);
    }),
    RUNS,
  );
});
