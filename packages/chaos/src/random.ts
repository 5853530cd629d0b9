import { createHash } from "node:crypto";

/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** At least 0 and less than 1. */
  next: () => number;
  /** A whole number from `min` to `max`, both included. */
  whole: (min: number, max: number) => number;
  pick: <T>(of: readonly [T, ...T[]]) => T;
  bytes: (length: number) => Buffer;
};

/** mulberry32 (Tommy Ettinger, public domain), begun from all of `seed`. */
export function createRandom(seed: string): Random {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    whole,
    pick: (of) => of[whole(0, of.length - 1)] ?? of[0],
    bytes: (length) => Buffer.from(Array.from({ length }, () => whole(0, 255))),
  };
}
