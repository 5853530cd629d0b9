import type { Fault } from "../fault.ts";
import type { MeasuredFault } from "./results-file.ts";
import { seconds } from "./seconds.ts";
import { summarize } from "./summarize.ts";

const BEGIN = "<!-- chaos:begin, written by pnpm chaos --page -->";
const END = "<!-- chaos:end -->";

/**
 * The page with its table made anew, a row for each fault. A fault without a result keeps the row that it has, so that
 * runs of different faults add up. Throws when the page has no place for the table.
 */
export function withTable(
  page: string,
  faults: readonly Fault[],
  results: readonly MeasuredFault[],
): string {
  const [before, rest] = page.split(BEGIN);
  const [table, after] = rest?.split(END) ?? [];
  if (before === undefined || table === undefined || after === undefined)
    throw new Error(`The page needs the lines ${BEGIN} and ${END}.`);
  return `${before}${BEGIN}\n\n${tableOf(faults, results, table)}\n\n${END}${after}`;
}

const HEADER = [
  "| Fault | What happens | Seeds | Red | Lost | Duplicated | Recovered p50 / max | Commit | Measured, p50 / max of the seeds |",
  "|---|---|--:|--:|--:|--:|--:|---|---|",
];

function tableOf(
  faults: readonly Fault[],
  results: readonly MeasuredFault[],
  earlier: string,
): string {
  const rows = faults.map(({ name, what, topology }) => {
    const cells = [`\`${name}\``, topology === "cluster" ? `${what} (cluster)` : what];
    const measured = results.find((one) => one.name === name);
    const begin = `| ${cells.join(" | ")} |`;
    const kept = earlier.split("\n").find((row) => row.startsWith(begin));
    if (measured === undefined && kept !== undefined) return kept;
    const empty = ["", "", "", "", "", "not measured", ""];
    return `| ${[...cells, ...(measured ? figuresOf(measured) : empty)].join(" | ")} |`;
  });
  return [...HEADER, ...rows].join("\n");
}

function figuresOf(measured: MeasuredFault): string[] {
  const row = summarize(measured);
  const { seeds, red, lost, duplicated } = row;
  const recovered = `${seconds(row.recoveredP50Ms)} / ${seconds(row.recoveredMaxMs)}`;
  const figures = row.figures.map(({ name, p50, max }) => `${name} ${p50} / ${max}`).join(", ");
  return [seeds, red, lost, duplicated, recovered, measured.commit, figures].map(String);
}
