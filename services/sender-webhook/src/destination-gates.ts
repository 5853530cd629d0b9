import { createBreaker, type ProviderOutcome } from "@pulsecourier/sender";
import { createPlaces } from "./places.ts";

/** The right to one call; must be given back with what the call came to. */
export type Admission = { done(outcome: ProviderOutcome): void };

/** Why a destination gets no call now, and for how long if that can be told; costs no attempt. */
export type Refused = { refused: string; retryAfterMs?: number };

type Gate = { breaker: ReturnType<typeof createBreaker>; places: ReturnType<typeof createPlaces> };

const MAX_GATES = 10_000;
const IS_BUSY = "the receiver has enough calls to answer";
const RESTS = "the receiver rests after failures";

/**
 * A breaker and a number of calls at once for each destination: every receiver is a server of its own, and a slow
 * or dead one must not take up the sender. What rests longest is forgotten first.
 */
export function createDestinationGates(o: { callsAtOnce: number }) {
  const gates = new Map<string, Gate>();

  function gateOf(destination: string): Gate {
    const known = gates.get(destination);
    const gate = known ?? { breaker: createBreaker(), places: createPlaces(o.callsAtOnce) };
    gates.delete(destination);
    gates.set(destination, gate);
    for (const [oldest, { places }] of gates) {
      if (gates.size <= MAX_GATES) break;
      if (places.taken() === 0) gates.delete(oldest);
    }
    return gate;
  }

  return {
    async enter(destination: string): Promise<Admission | Refused> {
      const { breaker, places } = gateOf(destination);
      if (breaker.capacity() === 0) return { refused: RESTS };
      const place = await places.take();
      if (place === null) return { refused: IS_BUSY, retryAfterMs: places.reserve() };
      // It may have failed meanwhile.
      const permit = breaker.acquire();
      if (permit === null) {
        places.leave(place);
        return { refused: RESTS };
      }
      return {
        done(outcome) {
          places.leave(place);
          breaker.record(permit, outcome);
        },
      };
    },
  };
}
