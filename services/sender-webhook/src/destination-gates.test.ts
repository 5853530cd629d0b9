import { expect, test } from "vitest";
import { createDestinationGates } from "./destination-gates.ts";

const failed = { kind: "transient", detail: "500" } as const;

function enter(gates: ReturnType<typeof createDestinationGates>, destination: string) {
  const admission = gates.enter(destination);
  if ("refused" in admission) throw new Error(admission.refused);
  return admission;
}

test("a destination that fails rests, and others are called", () => {
  const gates = createDestinationGates({ callsAtOnce: 10 });
  for (let call = 0; call < 10; call += 1) enter(gates, "dead").done(failed);
  expect(gates.enter("dead")).toHaveProperty("refused");
  expect(gates.enter("well")).not.toHaveProperty("refused");
});

test("a destination holds so many calls at once and no more", () => {
  const gates = createDestinationGates({ callsAtOnce: 2 });
  const first = enter(gates, "slow");
  enter(gates, "slow");
  expect(gates.enter("slow")).toHaveProperty("refused");
  first.done({ kind: "sent" });
  expect(gates.enter("slow")).not.toHaveProperty("refused");
});
