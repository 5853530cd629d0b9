import { CHANNELS } from "@pulsecourier/contracts";

export const SECTIONS = [...CHANNELS, "latency", "accept", "half", "backlog"] as const;
export type Section = (typeof SECTIONS)[number];

export type BenchOptions = {
  sections: readonly Section[];
  /** Notifications of each run; half as many through channels other than email and inapp. */
  count: number;
  /** Notifications of each warm-up: code that has not run often is slower, the broker's, too. */
  warmUp: number;
  /** Notifications of the backlog; 0 leaves it out. */
  backlog: number;
  /** Each run is repeated so often, in turn with the baseline's. */
  rounds: number;
  /** How long latency is measured at each rate. */
  seconds: number;
  /** Whether the express + BullMQ baseline runs beside it. */
  baseline: boolean;
};

export const FULL: BenchOptions = {
  sections: SECTIONS,
  count: 20_000,
  warmUp: 20_000,
  backlog: 200_000,
  rounds: 3,
  seconds: 20,
  baseline: true,
};

/** Every part, but so short that its figures say only that the bench works. */
export const QUICK: BenchOptions = {
  ...FULL,
  count: 500,
  warmUp: 500,
  backlog: 2_000,
  rounds: 1,
  seconds: 2,
};

export const BATCH = 100;
/** Names the random times at which latency is measured. */
export const SEED = 1;
