import type { Fault } from "../fault.ts";
import type { MeasuredFault } from "./results-file.ts";
import { seconds } from "./seconds.ts";
import { summarize } from "./summarize.ts";

const BEGIN = "<!-- chaos:begin, written by pnpm chaos --page -->";
const END = "<!-- chaos:end -->";

/** The page with its table made anew, a row for each fault. Throws when the page has no place for it. */
export function withTable(
  page: string,
  faults: readonly Fault[],
  results: readonly MeasuredFault[],
): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The page needs the lines ${BEGIN} and ${END}.`);
  return `${before}${BEGIN}\n\n${tableOf(faults, results)}\n\n${END}${after}`;
}

const HEADER = [
  "| Fault | What happens | Seeds | Red | Lost | Duplicated | Recovered p50 / max | Commit | Measured, p50 / max of the seeds |",
  "|---|---|--:|--:|--:|--:|--:|---|---|",
];

function tableOf(faults: readonly Fault[], results: readonly MeasuredFault[]): string {
  const rows = faults.map(({ name, what, topology }) => {
    const cells = [`\`${name}\``, topology === "cluster" ? `${what} (cluster)` : what];
    const measured = results.find((one) => one.name === name);
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
