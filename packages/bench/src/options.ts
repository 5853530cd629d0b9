import { CHANNELS } from "@pulsecourier/contracts";

export const SECTIONS = [
  ...CHANNELS,
  "latency",
  "accept",
  "half",
  "backlog",
  "sagas",
  "waiting",
  "timers",
  "fan-out",
] as const;
export type Section = (typeof SECTIONS)[number];

export type BenchOptions = {
  sections: readonly Section[];
  /** Notifications of each run; half as many through channels other than email and inapp. */
  count: number;
  /** Notifications of each warm-up: code that has not run often is slower, the broker's, too. */
  warmUp: number;
  /** Notifications of the backlog; 0 leaves it out. */
  backlog: number;
  /** Notifications in several steps. */
  sagas: number;
  /** Sagas that wait while the orchestrator has nothing to do. */
  waitingSagas: number;
  /** Timers that are due, at once and one after the other at that rate, while others wait. */
  timers: number;
  timersPerSecond: number;
  waitingTimers: number;
  /** Members of the audience one request is fanned out to. */
  fanOut: number;
  /** Each run is repeated so often, in turn with the baseline's. */
  rounds: number;
  /** How long latency is measured at each rate. */
  seconds: number;
  /** Whether the express + BullMQ baseline runs beside it. */
  baseline: boolean;
  /** Whether the services write down where their time goes. */
  profile: boolean;
};

export const FULL: BenchOptions = {
  // A fan-out takes minutes, and is run where it is asked for.
  sections: SECTIONS.filter((section) => section !== "fan-out"),
  count: 20_000,
  warmUp: 20_000,
  backlog: 200_000,
  sagas: 10_000,
  waitingSagas: 100_000,
  timers: 50_000,
  timersPerSecond: 5_000,
  waitingTimers: 1_000_000,
  fanOut: 1_000_000,
  rounds: 3,
  seconds: 20,
  baseline: true,
  profile: false,
};

/** Every part, but so short that its figures say only that the bench works. */
export const QUICK: BenchOptions = {
  ...FULL,
  sections: SECTIONS,
  count: 500,
  warmUp: 500,
  backlog: 2_000,
  sagas: 200,
  waitingSagas: 2_000,
  timers: 1_000,
  waitingTimers: 2_000,
  fanOut: 2_500,
  rounds: 1,
  seconds: 2,
};

export const BATCH = 100;
/** Names the random times at which latency is measured. */
export const SEED = 1;
