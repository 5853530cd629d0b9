import type { Lane } from "@pulsecourier/contracts";
import type { PlannedSend } from "./load/plan-load.ts";
import type { Sender } from "./load/send-load.ts";
import type { SendRecord } from "./load/send-record.ts";
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
  /** Most seeds of a long run, where one takes minutes. */
  seeds?: number;
  /** Left out of the short run: it takes long. */
  longOnly?: boolean;
  /** Why it cannot be run on this machine. */
  skip?: string;
  /** Lanes the load uses; all when left out. What waits in `bulk` waits at least 2 minutes. */
  lanes?: readonly [Lane, ...Lane[]];
  /** `none` when the fault sends for itself. */
  load?: "usual" | "none";
  /** How long the load lasts, ms, where it must last longer than usual; at a third of the usual rate then. */
  loadMs?: number;
  /** Share of the load's requests that take several steps; a tenth when left out. */
  sagas?: number;
  /** Most extra calls of the provider it may cause, given the call slots of one sender; 0 when left out. */
  duplicates?: (callSlots: number) => number;
  /** Harms in mid-flow and heals; the same `random` harms the same way. Rejects when it could not do so. */
  strike: (target: Target, random: Random, seed: Strike) => Promise<StrikeReport | void>;
};

/** The seed that a fault strikes in. */
export type Strike = {
  /** What the names of all its recipients begin with, a dash after it. */
  prefix: string;
  seed: number;
  /** Whether a fault that comes in two sizes shall be of the larger one. */
  long: boolean;
  /** How often a fault that comes in rounds strikes, if it was asked for. */
  rounds?: number;
  /** Sends as the load does, as the default tenant or another; what goes through here is judged with the load. */
  send: (planned: readonly PlannedSend[], as?: Sender) => Promise<SendRecord[]>;
};

/** What a fault found by itself; the usual checks come on top. */
export type StrikeReport = {
  /** What must not be; any makes the seed red. */
  problems?: readonly string[];
  /** Measured by the way, for the report. */
  figures?: Readonly<Record<string, number>>;
};
