/**
 * When requests are to leave, in milliseconds from the start: `perSecond` on average for `seconds`, independent of
 * each other (a Poisson process), the same for the same seed. Fixed beforehand, so that a slow answer delays no
 * later request and hides none of the wait.
 */
export function arrivalTimes(perSecond: number, seconds: number, seed: number): number[] {
  const random = mulberry32(seed);
  const times: number[] = [];
  let at = 0;
  for (;;) {
    at += (-Math.log(1 - random()) * 1_000) / perSecond;
    if (at >= seconds * 1_000) return times;
    times.push(at);
  }
}

/** Numbers in [0, 1), https://gist.github.com/tommyettinger/46a874533244883189143505d203312c. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
