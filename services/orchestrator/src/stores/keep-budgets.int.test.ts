import { randomInt } from "node:crypto";
import { type SagaInput, WaveRequest, WorkflowDefinition } from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testSaga } from "../decide/test-saga.ts";
import { deleteOldBudgets } from "./delete-expired.ts";
import { type Answered, answersIn, startTestAdvance, topics } from "../test-advance.ts";

let advance: Awaited<ReturnType<typeof startTestAdvance>>;
beforeAll(async () => (advance = await startTestAdvance()));
afterAll(() => advance.close());
beforeEach(async () => {
  const { pool } = advance.db;
  await pool.query(
    "truncate saga.instances, saga.history, saga.outbox, saga.budgets, saga.reservations, gateway.budgets",
  );
  await pool.query("update schedule.clock set ahead = '0'");
});

async function setBudget(name: string, max: number, period: string | null = null) {
  await advance.db.pool.query(
    "insert into gateway.budgets (tenant, name, max, period) values ('acme', $1, $2, $3)",
    [name, max, period],
  );
}

async function standOf(name: string) {
  const { rows } = await advance.db.pool.query<{ used: number; reserved: number }>(
    `select used::float8, reserved::float8 from saga.budgets where name = $1 order by starts_at`,
    [name],
  );
  return rows;
}

/** A saga that reserves, then sends a mail. */
function workflow(name: string, reserve: { budget: string; amount: number }) {
  const of = testSaga({ channels: ["email"] }, name);
  const definition = WorkflowDefinition.parse({
    steps: [
      { type: "reserve", name: "hold", ...reserve },
      { type: "send", name: "send", template: "t", channels: ["email"] },
    ],
  });
  const start = of.start();
  if (start.type !== "start") throw new Error("not a start");
  return { ...of, start: () => ({ ...start, definition }) };
}

const answers = async () => answersIn(await advance.published());
const isGranted = ({ answer }: Answered) => answer.kind === "reserve" && answer.granted;

test("what fits is reserved, the first of a batch first, and a smaller one may still fit", async () => {
  await setBudget("texts", 1);
  const amounts = [0.1, 0.2, 0.8, 0.7, 0.1];
  const sagas = amounts.map((amount, at) => workflow(`p${at}`, { budget: "texts", amount }));
  await advance.take(sagas.map((of) => of.start()));
  const told = await answers();
  expect(told.map(isGranted)).toEqual([true, true, false, true, false]);
  expect(told.at(2)?.answer).toMatchObject({ left: 0.7 });
  expect(await standOf("texts")).toEqual([{ used: 0, reserved: 1 }]);
});

test("asked and cancelled in one batch, it holds nothing; of a budget that is gone nothing is had", async () => {
  await setBudget("texts", 5);
  const of = workflow("ann", { budget: "texts", amount: 5 });
  await advance.take([of.start(), of.cancel()]);
  expect(await standOf("texts")).toEqual([{ used: 0, reserved: 0 }]);
  await advance.published();
  await advance.take([workflow("bob", { budget: "gone", amount: 1 }).start()]);
  expect((await answers()).map(isGranted)).toEqual([false]);
});

test("a window that begins anew has all again, and what an earlier one lent goes back there", async () => {
  await setBudget("texts", 3, "P1D");
  const old = workflow("ann", { budget: "texts", amount: 3 });
  await advance.take([old.start()]);
  await advance.db.pool.query("update schedule.clock set ahead = '1 day'");
  await advance.take([workflow("bob", { budget: "texts", amount: 2 }).start()]);
  expect((await answers()).map(isGranted)).toEqual([true, true]);
  await advance.take([old.cancel()]);
  expect(await standOf("texts")).toEqual([
    { used: 0, reserved: 0 },
    { used: 0, reserved: 2 },
  ]);
});

test("periods that are over are deleted once they lend nothing", async () => {
  await setBudget("texts", 3, "P1D");
  const of = workflow("ann", { budget: "texts", amount: 3 });
  await advance.take([of.start()]);
  await advance.db.pool.query("update schedule.clock set ahead = '3 days'");
  expect(await deleteOldBudgets(advance.db, 10)).toBe(0);
  await advance.take([of.cancel()]);
  expect(await deleteOldBudgets(advance.db, 10)).toBe(1);
});

const SAGAS = 300;
const BUDGETS = ["texts", "calls", "mails"] as const;

test("hundreds of sagas, cancels, crashes, two orchestrators: when all have ended nothing is reserved any more", async () => {
  await Promise.all(BUDGETS.map((name) => setBudget(name, 60)));
  const sagas = Array.from({ length: SAGAS }, (_, index) => {
    const budget = BUDGETS[index % 3] ?? "texts";
    return workflow(`person-${index}`, { budget, amount: 0.5 });
  });
  const byNotification = new Map(sagas.map((of) => [of.notificationId, of]));
  let open: SagaInput[] = sagas.map((of) => of.start());
  /** What the router and a provider say to a wave. */
  const answerWave = (value: OutRecord["value"]): SagaInput[] => {
    const wave = WaveRequest.parse(JSON.parse(String(value)));
    const of = byNotification.get(wave.notificationId);
    if (of === undefined) throw new Error("a wave of nobody");
    if (randomInt(4) === 0) return [of.skipped(0, "email")];
    return [of.routed(0, "email"), of.standing("email", randomInt(3) === 0 ? "failed" : "sent")];
  };
  while (open.length > 0) {
    const batch = open.splice(0, 1 + randomInt(40));
    const cancels = batch.flatMap(({ notificationId }) =>
      randomInt(6) === 0 ? [byNotification.get(notificationId)?.cancel()] : [],
    );
    for (const cancel of cancels) {
      if (cancel !== undefined) batch.splice(randomInt(batch.length), 0, cancel);
    }
    const half = randomInt(batch.length + 1);
    // Two at once, and what one of them was refused is taken again, as what it had committed may be.
    await Promise.allSettled([advance.take(batch), advance.take(batch.slice(half))]);
    await advance.take(batch);
    const out = await advance.published();
    open.push(...answersIn(out));
    for (const { topic, value } of out) {
      if (topic === topics.events("normal")) open.push(...answerWave(value));
    }
  }
  const { rows } = await advance.db.pool.query<{ outcome: string | null; count: number }>(
    "select outcome, count(*)::int from saga.instances group by 1",
  );
  const ended = Object.fromEntries(rows.map(({ outcome, count }) => [String(outcome), count]));
  expect(ended).not.toHaveProperty("null");
  expect(ended["cancelled"]).toBeGreaterThan(0);
  const stands = (await Promise.all(BUDGETS.map(standOf))).flat();
  expect(stands.map(({ reserved }) => reserved)).toEqual([0, 0, 0]);
  expect(stands.reduce((sum, { used }) => sum + used, 0)).toBe((ended["completed"] ?? 0) / 2);
  const { rowCount } = await advance.db.pool.query("select from saga.reservations");
  expect(rowCount).toBe(0);
});
