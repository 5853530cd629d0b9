import { randomInt } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { playAsks, SHARED } from "./decide/test-ask-world.ts";
import { type Answered, answersIn, startTestAdvance } from "./test-advance.ts";

let advance: Awaited<ReturnType<typeof startTestAdvance>>;
beforeAll(async () => (advance = await startTestAdvance()));
afterAll(() => advance.close());
beforeEach(async () => {
  const { pool } = advance.db;
  await pool.query("delete from gateway.budgets");
  await pool.query("insert into gateway.budgets (tenant, name, max) values ('acme', 'texts', $1)", [
    SHARED.budget,
  ]);
});

function playAny(name: string) {
  const people = Array.from({ length: 7 }, () => ({ isReached: randomInt(4) > 0 }));
  const picks = Array.from({ length: 60 }, () => ({
    at: randomInt(50),
    again: randomInt(4) === 0,
  }));
  const cancels = Array.from({ length: 3 }, () => ({
    who: randomInt(7),
    before: 10 + randomInt(30),
  }));
  return playAsks({ people, picks, cancels, name });
}

/** Some of what comes next. What is given back can be had by the next batch, not by the same. */
function nextBatch(left: ReturnType<typeof playAsks>["script"]) {
  const most = 1 + randomInt(12);
  const back = left.findIndex(({ givesBack }) => givesBack);
  return left.splice(0, back === -1 ? most : Math.min(most, back + 1)).map(({ input }) => input);
}

/** Time limits are set by the database's clock. */
const withoutTime = (events: readonly object[]): object[] =>
  events.map((event) => ({ ...event, at: undefined }));

const wordOf = ({ id, answer }: Answered) => ({ id, answer });

async function historyOf(id: string): Promise<object[][]> {
  const { rows } = await advance.db.pool.query<{ events: string }>(
    "select events from saga.history where saga_id = $1 order by seq",
    [id],
  );
  return rows.map(({ events }) => withoutTime(JSON.parse(events)));
}

test("the same scripts as in memory: the same answers and histories, each once, and nothing stays reserved", async () => {
  for (let round = 0; round < 8; round += 1) {
    await advance.db.pool.query("truncate saga.throttles, saga.budgets, saga.reservations");
    const { sagas, script, budget } = playAny(`round-${round}`);
    const told: Answered[] = [];
    const left = [...script];
    while (left.length > 0) {
      const batch = nextBatch(left);
      await advance.take(batch);
      // The offsets were not committed, the outbox relayed or not.
      if (randomInt(3) === 0) await advance.take(batch);
      if (randomInt(3) === 0) told.push(...answersIn(await advance.published()));
    }
    told.push(...answersIn(await advance.published()));
    const inMemory = script.map(({ input }) => input).filter((input) => input.type === "answered");
    const expected = new Map(inMemory.map((input) => [input.id, wordOf(input)]));
    expect(told.map(wordOf)).toHaveLength(expected.size);
    for (const one of told) expect(wordOf(one)).toEqual(expected.get(one.id));
    for (const { saga, history } of sagas) {
      expect(await historyOf(saga.id)).toEqual(history.map(withoutTime));
    }
    const { rows } = await advance.db.pool.query(
      "select used::float8, reserved::float8, (select count(*)::int from saga.reservations) as open from saga.budgets",
    );
    const { used, reserved } = budget;
    if (expected.size > 0)
      expect([{ used: 0, reserved: 0, open: 0 }, ...rows].at(-1)).toEqual({
        used,
        reserved,
        open: 0,
      });
  }
});
