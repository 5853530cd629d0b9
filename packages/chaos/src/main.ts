import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Fault, Topology } from "./fault.ts";
import { FAULTS } from "./faults/index.ts";
import { currentCommit } from "./report/current-commit.ts";
import { withTable } from "./report/page.ts";
import { resultTable } from "./report/print-table.ts";
import { openResultsFile } from "./report/results-file.ts";
import { seconds } from "./report/seconds.ts";
import { runFaults } from "./run/run-faults.ts";
import type { SeedResult } from "./run/run-seed.ts";

const SEEDS = 3;
const LONG_SEEDS = 20;

const program = new Command("chaos")
  .description(
    "harm a platform of its own in mid-flow, heal it, and join what was accepted with what arrived",
  )
  .option("--fault <name...>", "only these faults", faultNames, [])
  .option("--seed <n>", "only this seed, to see one again", whole)
  .option(
    "--seeds <n>",
    `seeds of each fault (default: ${SEEDS}, with --long ${LONG_SEEDS})`,
    whole,
  )
  .option("--rounds <n>", "how often faults that come in rounds strike", whole)
  .option("--long", "every fault, up to 20 seeds each: some hours", false)
  .addOption(
    new Option(
      "--topology <name>",
      "only faults of this topology, to run both side by side",
    ).choices(["single", "cluster"]),
  )
  .option("--out <dir>", "where results and what was sent are written", ".pulse/chaos")
  .option("--page", "write the results into docs/chaos.md, rows of other faults stay", false)
  .addHelpText(
    "after",
    `\nFaults:\n${FAULTS.map((f) => `  ${f.name.padEnd(28)}${f.what}`).join("\n")}`,
  );

const PAGE = new URL("../../../docs/chaos.md", import.meta.url);

type Options = {
  fault: Fault[];
  seed?: number;
  seeds?: number;
  rounds?: number;
  long: boolean;
  page: boolean;
  out: string;
  topology?: Topology;
};

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number of at least 1.");
}

function faultNames(name: string, before: Fault[]): Fault[] {
  const fault = FAULTS.find((one) => one.name === name);
  if (fault === undefined) throw new InvalidArgumentError("There is no such fault; see --help.");
  return [...before, fault];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printSeed(fault: Fault, result: SeedResult): void {
  const { seed, accepted, unknown, lost, duplicates, recoveredMs, problems, exits, tookMs } =
    result;
  const parts = [
    `${accepted} accepted`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    `${lost} lost`,
    `${duplicates.length} duplicated`,
    recoveredMs === null ? "not recovered" : `recovered in ${seconds(recoveredMs)}`,
    `took ${seconds(tookMs)}`,
    ...(exits.length > 0 ? [`ended by themselves: ${exits.join(", ")}`] : []),
  ];
  print(
    `${problems.length === 0 ? "green" : "RED  "}  ${fault.name} seed ${seed}: ${parts.join(", ")}`,
  );
  const figures = Object.entries(result.figures).map(([name, value]) => `${name} ${value}`);
  if (figures.length > 0) print(`       ${figures.join(", ")}`);
  for (const problem of problems.slice(0, 20)) print(`       ${problem}`);
  for (const one of duplicates) print(`       duplicated ${one.deliveryId} (+${one.extra})`);
}

async function main(options: Options): Promise<number> {
  const { long, rounds, seed, out } = options;
  const count = options.seeds ?? (long ? LONG_SEEDS : SEEDS);
  const seeds =
    seed === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [seed];
  const chosen =
    options.fault.length > 0 ? options.fault : FAULTS.filter((f) => long || !f.longOnly);
  const faults = chosen.filter(
    (fault) => options.topology === undefined || fault.topology === options.topology,
  );
  const dir = resolve(out);
  mkdirSync(dir, { recursive: true });
  const file = openResultsFile(join(dir, "results.json"), currentCommit());
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop.abort());
  const results = await runFaults({
    faults,
    seeds,
    long,
    rounds,
    dir,
    onSeed(fault, result) {
      printSeed(fault, result);
      file.add(fault, result);
    },
    note: print,
    signal: stop.signal,
  });
  if (options.page) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), FAULTS, file.all()));
  print(`\n${resultTable(results)}\n`);
  return results.some((fault) => fault.seeds.some(({ problems }) => problems.length > 0)) ? 1 : 0;
}

const options = program.parse().opts<Options>();
main(options).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\nchaos: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
