import type { Lane } from "@pulsecourier/contracts";
import type { Random } from "./random.ts";
import type { Target } from "./target.ts";

/** `single`: one of each service, one broker. `cluster`: two of each service, three brokers. */
export type Topology = "single" | "cluster";

/** A way to harm the platform, and to heal it again. */
export type Fault = {
  /** In kebab-case; also what `--fault` takes, and the file's name. */
  name: string;
  /** What it does, in one line of the table. */
  what: string;
  topology: Topology;
  /** Left out of the short run: it takes long. */
  longOnly?: boolean;
  /** Lanes the load uses; all when left out. What waits in `bulk` waits at least 2 minutes. */
  lanes?: readonly [Lane, ...Lane[]];
  /** `none` when the fault sends for itself. */
  load?: "usual" | "none";
  /** Most extra calls of the provider it may cause, given the call slots of one sender; 0 when left out. */
  duplicates?: (callSlots: number) => number;
  /** Harms in mid-flow and heals; the same `random` harms the same way. Rejects when it could not do so. */
  strike: (target: Target, random: Random) => Promise<StrikeReport | void>;
};

/** What a fault found by itself; the usual checks come on top. */
export type StrikeReport = {
  /** What must not be; any makes the seed red. */
  problems?: readonly string[];
  /** Measured by the way, for the report. */
  figures?: Readonly<Record<string, number>>;
};
