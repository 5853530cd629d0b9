import { createBreaker, type ProviderOutcome } from "@pulsecourier/sender";

/** The right to one call; must be given back with what the call came to. */
export type Admission = { done(outcome: ProviderOutcome): void };

/** Why a destination gets no call now; costs no attempt. */
export type Refused = { refused: string };

type Gate = { breaker: ReturnType<typeof createBreaker>; calls: number; usedAt: number };

const MAX_GATES = 10_000;

/**
 * A breaker and a number of calls at once for each destination: every receiver is a server of its own, and a slow
 * or dead one must not take up the sender. What rests longest is forgotten first.
 */
export function createDestinationGates(o: { callsAtOnce: number }) {
  const gates = new Map<string, Gate>();

  function gateOf(destination: string): Gate {
    const known = gates.get(destination);
    const gate = known ?? { breaker: createBreaker(), calls: 0, usedAt: 0 };
    gates.delete(destination);
    gates.set(destination, gate);
    for (const [oldest, { calls }] of gates) {
      if (gates.size <= MAX_GATES) break;
      if (calls === 0) gates.delete(oldest);
    }
    return gate;
  }

  return {
    enter(destination: string): Admission | Refused {
      const gate = gateOf(destination);
      if (gate.calls >= o.callsAtOnce)
        return { refused: "the receiver has enough calls to answer" };
      const permit = gate.breaker.acquire();
      if (permit === null) return { refused: "the receiver rests after failures" };
      gate.calls += 1;
      return {
        done(outcome) {
          gate.calls -= 1;
          gate.breaker.record(permit, outcome);
        },
      };
    },
  };
}
