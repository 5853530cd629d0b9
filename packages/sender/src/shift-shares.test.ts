import fc from "fast-check";
import { expect, test } from "vitest";
import { CALM_MS, FEWEST, isIll, NOTHING_SEEN, type Seen } from "./judge-account.ts";
import { FLOOR, type Shares, sharesAtRest, shiftShares, STEP } from "./shift-shares.ts";

const MINUTE = 60_000;
const weights = new Map([
  ["a", 70],
  ["b", 30],
]);
const seen = (fields: Partial<Seen>): Seen => ({ ...NOTHING_SEEN, ...fields });
const failing = seen({ calls: 100, failures: 50 });
const fine = seen({ calls: 100 });
const percent = (shares: Shares, name: string) =>
  Math.round((shares.accounts[name]?.share ?? Number.NaN) * 100) / 100;

/** Looks a minute apart, each with what is seen of the accounts. */
function after(looks: readonly Record<string, Seen>[], start = sharesAtRest(weights, 0), at = 0) {
  return looks.reduce<Shares>(
    (shares, one, index) =>
      shiftShares(shares, {
        weights,
        seen: new Map(Object.entries(one)),
        now: at + (index + 1) * MINUTE,
      }),
    start,
  );
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

test("errors move a step at a time to the others, down to the floor, each move with its reason", () => {
  const once = after([{ a: failing, b: fine }]);
  expect([percent(once, "a"), percent(once, "b")]).toEqual([60, 40]);
  expect(once.shifts).toEqual([
    {
      at: MINUTE,
      account: "a",
      from: 70,
      to: 60,
      rest: 70,
      reason: "errors",
      detail: "50 of 100 calls failed",
    },
  ]);
  const long = after(times(30, { a: failing, b: fine }));
  expect([percent(long, "a"), percent(long, "b")]).toEqual([FLOOR, 100 - FLOOR]);
  expect(long.shifts).toHaveLength(7);
});

test("late receipts count once an account was seen to have any", () => {
  const late = seen({ calls: 5, due: 40, late: 40 });
  expect(percent(after([{ a: late, b: fine }]), "a")).toBe(70);
  const some = seen({ due: 40, late: 20 });
  const moved = after([{ a: some, b: fine }]);
  expect(moved.shifts[0]).toMatchObject({
    account: "a",
    reason: "late_receipts",
    detail: "20 of 40 receipts were late",
  });
  const stopped = after([{ a: some, b: fine }, ...times(3, { a: late, b: fine })]);
  expect(percent(stopped, "a")).toBe(30);
});

test("receipts too few for a look are kept while calls are judged", () => {
  const some = { a: seen({ calls: 50, due: 8, late: 4 }), b: fine };
  expect(percent(after(times(2, some)), "a")).toBe(70);
  expect(percent(after(times(3, some)), "a")).toBe(60);
});

test("when all are ill nothing moves: then it is not the account", () => {
  const both = after(times(5, { a: failing, b: failing }));
  expect(percent(both, "a")).toBe(70);
  // One at its floor is seldom called: what was last found of it holds for a while.
  const reduced = after(times(10, { a: failing, b: fine }));
  const then = after(
    [{ a: seen({ calls: FEWEST, failures: FEWEST }), b: fine }, { b: failing }],
    reduced,
    10 * MINUTE,
  );
  expect(percent(then, "b")).toBe(100 - FLOOR);
});

test("few calls are gathered until they are enough", () => {
  const few = { a: seen({ calls: 7, failures: 7 }), b: fine };
  expect(percent(after(times(2, few)), "a")).toBe(70);
  expect(percent(after(times(3, few)), "a")).toBe(60);
});

test("a share comes back a step every calm 15 minutes, and not while its account is ill", () => {
  const cut = after(times(3, { a: failing, b: fine }));
  expect(percent(cut, "a")).toBe(40);
  const still = after(times(14, { a: fine, b: fine }), cut, 3 * MINUTE);
  expect(percent(still, "a")).toBe(40);
  const back = after(times(1, { a: fine, b: fine }), still, 17 * MINUTE);
  expect(percent(back, "a")).toBe(50);
  expect(back.shifts[0]).toMatchObject({ account: "a", from: 40, to: 50, reason: "recovered" });
  expect(percent(after(times(30, { a: fine, b: fine }), back, 18 * MINUTE), "a")).toBe(70);
});

const look = fc.record({
  calls: fc.integer({ min: 0, max: 200 }),
  failures: fc.integer({ min: 0, max: 200 }),
  due: fc.integer({ min: 0, max: 50 }),
  late: fc.integer({ min: 0, max: 50 }),
});
const asSeen = ({ calls, failures, due, late }: Seen): Seen => ({
  calls,
  failures: Math.min(failures, calls),
  due,
  late: Math.min(late, due),
});

test("whatever is seen: 100 together, none under its floor, small steps, nobody ill gains", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 5 }),
      fc.array(
        fc.record({ looks: fc.array(look), gap: fc.integer({ min: 0, max: 2 * CALM_MS }) }),
        { maxLength: 40 },
      ),
      (given, steps) => {
        const own = new Map(given.map((weight, index) => [`p${index}`, weight]));
        const sum = given.reduce((total, weight) => total + weight, 0);
        let shares = sharesAtRest(own, 0);
        let now = 0;
        for (const { looks, gap } of steps) {
          now += gap;
          const fresh = new Map(looks.map((one, index) => [`p${index}`, asSeen(one)]));
          const next = shiftShares(shares, { weights: own, seen: fresh, now });
          const all = Object.entries(next.accounts);
          const total = all.reduce((points, [, { share }]) => points + share, 0);
          expect(total).toBeCloseTo(100, 6);
          for (const [name, { share, health }] of all) {
            const before = shares.accounts[name]?.share ?? 0;
            const rest = ((own.get(name) ?? 0) * 100) / sum;
            expect(share).toBeGreaterThanOrEqual(Math.min(FLOOR, rest) - 1e-6);
            if (before <= rest) expect(before - share).toBeLessThanOrEqual(STEP + 1e-6);
            if (isIll(health, now)) expect(share).toBeLessThanOrEqual(before + 1e-6);
          }
          expect(next.shifts.length).toBeLessThanOrEqual(20);
          shares = next;
        }
        // Whatever happened, it passes.
        for (let calm = 0; calm < 60; calm += 1) {
          now += CALM_MS;
          shares = shiftShares(shares, { weights: own, seen: new Map(), now });
        }
        for (const [name, { share }] of Object.entries(shares.accounts))
          expect(share).toBeCloseTo(((own.get(name) ?? 0) * 100) / sum, 4);
      },
    ),
    { numRuns: 200 },
  );
});
