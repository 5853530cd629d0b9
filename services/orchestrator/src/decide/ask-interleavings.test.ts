import fc from "fast-check";
import { expect, test } from "vitest";
import { type AskPlay, playAsks, SHARED } from "./test-ask-world.ts";

const plays: fc.Arbitrary<AskPlay> = fc.record({
  people: fc.array(fc.record({ isReached: fc.boolean() }), { minLength: 1, maxLength: 7 }),
  picks: fc.array(fc.record({ at: fc.nat(50), again: fc.boolean() }), { maxLength: 60 }),
  cancels: fc.array(fc.record({ who: fc.nat(6), before: fc.nat(40) }), { maxLength: 4 }),
  name: fc.constant("person"),
});
const RUNS = { numRuns: 500 };

const played = (check: (of: ReturnType<typeof playAsks>) => void) =>
  fc.assert(
    fc.property(plays, (one) => check(playAsks(one))),
    RUNS,
  );

test("whatever is answered, repeated, late, cancelled or timed out first: each saga ends, once", () => {
  played(({ sagas }) => {
    for (const { history } of sagas) {
      const events = history.flat();
      expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
      expect(events.at(-1)?.type).toBe("ended");
    }
  });
});

test("each step asks once, and none after the end began; how it is given back is known before", () => {
  played(({ sagas }) => {
    for (const { history } of sagas) {
      const events = history.flat();
      const asked = events.flatMap((event) => (event.type === "asked" ? [event.step] : []));
      expect(new Set(asked).size).toBe(asked.length);
      const stops = events.findIndex(({ type }) => type === "compensating" || type === "ended");
      expect(events.slice(stops).map(({ type }) => type)).not.toContain("asked");
      const reserves = events.findIndex((event) => event.type === "asked" && event.step === "hold");
      if (reserves !== -1) expect(events[reserves - 1]?.type).toBe("reserving");
    }
  });
});

test("when all have ended nothing is reserved; what completed is used up, and never was there more than the limit", () => {
  played(({ sagas, budget }) => {
    const completed = sagas.filter(({ saga }) => saga.state.end?.outcome === "completed").length;
    expect(budget.reserved).toBe(0);
    expect(budget.used).toBe(completed * SHARED.amount);
    expect(budget.most).toBeLessThanOrEqual(SHARED.budget);
    for (const { saga } of sagas) {
      const left = saga.state.compensations.filter(({ status }) => status === "registered");
      expect(left).toEqual([]);
    }
  });
});

test("nobody is sent anything who was not admitted, had nothing reserved, or did not wait", () => {
  played(({ sagas }) => {
    for (const { history } of sagas) {
      const events = history.flat();
      const sends = events.findIndex(({ type }) => type === "wave_issued");
      if (sends === -1) continue;
      const before = events.slice(0, sends);
      const yes = before.filter(
        (event) => event.type === "answered" && "granted" in event.answer && event.answer.granted,
      );
      expect(yes).toHaveLength(2);
      expect(before.map(({ type }) => type)).toContain("limit_passed");
    }
  });
});
