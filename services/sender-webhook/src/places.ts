/** The right to one call; given back when the call has ended. */
export type Place = { since: number };

/** Longest wait for a place, ms: whoever waits holds a slot of the sender, which others want, too. */
const LONGEST_WAIT_MS = 250;
/**
 * Bounds of what `reserve` answers, ms. What comes back within a second rests in the sender's memory, without a slot:
 * as few as the receiver can answer in that time, as each has a time of its own.
 */
const SOONEST_MS = 250;
const LATEST_MS = 120_000;
/** How much the latest call counts in what calls typically take. */
const LATEST_SHARE = 1 / 8;

/**
 * So many calls at once at one receiver. A receiver that answers soon is waited for: a burst goes to it one after
 * the other. At one that is slow or hangs nobody waits beyond the first.
 */
export function createPlaces(count: number, now: () => number = () => performance.now()) {
  /** Oldest first. */
  const taken = new Set<Place>();
  const waiting = new Set<() => void>();
  let typicalMs = 0;
  let reservedUntil = 0;

  function occupy(): Place {
    const place = { since: now() };
    taken.add(place);
    return place;
  }

  /** As long as calls took lately, or as the oldest has taken so far. */
  function callMs(): number {
    const [oldest] = taken;
    return Math.max(typicalMs, oldest === undefined ? 0 : now() - oldest.since);
  }

  return {
    taken: () => taken.size,
    /** A place, at once or when one is free soon; null when none will be. */
    take(): Promise<Place | null> {
      if (taken.size < count) return Promise.resolve(occupy());
      const expectedMs = ((waiting.size + 1) * callMs()) / count;
      if (expectedMs > LONGEST_WAIT_MS) return Promise.resolve(null);
      return new Promise((resolve) => {
        const end = (place: Place | null) => {
          clearTimeout(timer);
          waiting.delete(enter);
          resolve(place);
        };
        const enter = () => end(occupy());
        const timer = setTimeout(end, LONGEST_WAIT_MS, null);
        waiting.add(enter);
      });
    },
    /** ms until a time of its own for a call that found no place: as many come back as the receiver can answer. */
    reserve(): number {
      const earliest = now() + SOONEST_MS;
      const next = Math.max(earliest, reservedUntil) + callMs() / count;
      reservedUntil = Math.min(next, now() + LATEST_MS);
      return reservedUntil - now();
    },
    leave(place: Place): void {
      taken.delete(place);
      typicalMs += (now() - place.since - typicalMs) * LATEST_SHARE;
      const [next] = waiting;
      next?.();
    },
  };
}
