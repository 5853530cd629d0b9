import { expect, test } from "vitest";
import { createDestinationGates } from "./destination-gates.ts";

const failed = { kind: "transient", detail: "500" } as const;

async function enter(gates: ReturnType<typeof createDestinationGates>, destination: string) {
  const admission = await gates.enter(destination);
  if ("refused" in admission) throw new Error(admission.refused);
  return admission;
}

test("a destination that fails rests, and others are called", async () => {
  const gates = createDestinationGates({ callsAtOnce: 10 });
  for (let call = 0; call < 10; call += 1) (await enter(gates, "dead")).done(failed);
  expect(await gates.enter("dead")).toHaveProperty("refused");
  expect(await gates.enter("well")).not.toHaveProperty("refused");
});

test("a destination holds so many calls at once and no more", async () => {
  const gates = createDestinationGates({ callsAtOnce: 2 });
  const first = await enter(gates, "slow");
  await enter(gates, "slow");
  const refused = await gates.enter("slow");
  expect(refused).toMatchObject({ retryAfterMs: expect.any(Number) });
  expect(refused).toHaveProperty("refused");
  first.done({ kind: "sent" });
  expect(await gates.enter("slow")).not.toHaveProperty("refused");
});

test("what waited for a destination that failed meanwhile is not sent there", async () => {
  const gates = createDestinationGates({ callsAtOnce: 10 });
  const calls = await Promise.all(Array.from({ length: 10 }, () => enter(gates, "dying")));
  const waiting = gates.enter("dying");
  for (const call of calls) call.done(failed);
  expect(await waiting).toHaveProperty("refused");
});
