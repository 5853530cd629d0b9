import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault, Topology } from "../fault.ts";
import { openTarget, type OpenTarget } from "./open-target.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";

export type FaultResult = Pick<Fault, "name" | "what" | "topology"> & { seeds: SeedResult[] };

export type RunOptions = {
  faults: readonly Fault[];
  seeds: readonly number[];
  /** Faults of two sizes in the larger one. */
  long: boolean;
  /** How often faults that come in rounds strike; as they choose when left out. */
  rounds?: number | undefined;
  /** Gets what was sent, a file for each seed. */
  dir: string;
  onSeed: (fault: Fault, result: SeedResult) => void;
  note: (line: string) => void;
  signal: AbortSignal;
};

const TOPOLOGIES: readonly Topology[] = ["single", "cluster"];

/**
 * Runs every fault with every seed, one after the other. The platform of a topology stays up over all of them; after
 * a red seed it is made anew, so that the next one starts from nothing.
 */
export async function runFaults(options: RunOptions): Promise<FaultResult[]> {
  mkdirSync(options.dir, { recursive: true });
  const results: FaultResult[] = [];
  for (const topology of TOPOLOGIES) {
    const faults = options.faults.filter((fault) => fault.topology === topology);
    if (faults.length > 0) results.push(...(await runTopology(topology, faults, options)));
  }
  return results;
}

async function runTopology(
  topology: Topology,
  faults: readonly Fault[],
  o: RunOptions,
): Promise<FaultResult[]> {
  const platform = createRenewable(topology, o);
  const results: FaultResult[] = [];
  try {
    for (const fault of faults) {
      if (fault.skip !== undefined) {
        o.note(`skipped ${fault.name}: ${fault.skip}`);
        continue;
      }
      const seeds: SeedResult[] = [];
      const { name, what } = fault;
      results.push({ name, what, topology, seeds });
      for (const seed of o.seeds.slice(0, fault.seeds)) {
        o.signal.throwIfAborted();
        const { dir, long, rounds } = o;
        const began = performance.now();
        const result = await platform
          .get()
          .then((target) => runSeed(fault, seed, { target, dir, long, ...(rounds && { rounds }) }))
          .catch(broken(seed, began));
        seeds.push(result);
        o.onSeed(fault, result);
        if (result.problems.length > 0) await platform.drop(`${name}-${seed}`);
      }
    }
    return results;
  } finally {
    await platform.drop(null);
  }
}

/** A seed that could not be run to its end is red. */
function broken(seed: number, began: number) {
  return (error: unknown): SeedResult => ({
    seed,
    accepted: 0,
    unknown: 0,
    lost: 0,
    duplicates: [],
    problems: [`could not be run: ${error instanceof Error ? error.message : String(error)}`],
    recoveredMs: null,
    exits: [],
    figures: {},
    tookMs: Math.round(performance.now() - began),
  });
}

/** A port that was free may be taken by somebody else before it is used. */
const OPENINGS = 3;

async function openAfresh(
  topology: Topology,
  tries: number,
): Promise<{ target: OpenTarget; dataDir: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), "pulse-chaos-"));
  try {
    return { dataDir, target: await openTarget({ dataDir, topology }) };
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    if (tries <= 1) throw error;
    return openAfresh(topology, tries - 1);
  }
}

/** A platform that is started when it is asked for and there is none. */
function createRenewable(topology: Topology, { note, dir }: RunOptions) {
  let running: { target: OpenTarget; dataDir: string } | null = null;
  return {
    async get(): Promise<OpenTarget> {
      if (running === null) {
        note(`starting a platform (${topology})`);
        running = await openAfresh(topology, OPENINGS);
      }
      return running.target;
    },
    /** Stops it; what its services said stays in the directory of the run, after a red seed. */
    async drop(redSeed: string | null): Promise<void> {
      if (running === null) return;
      const { target, dataDir } = running;
      running = null;
      await target.close();
      if (redSeed !== null)
        copyFileSync(join(dataDir, "services.log"), join(dir, `${redSeed}.log`));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
