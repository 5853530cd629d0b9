import { BATCH } from "../options.ts";
import type { ChannelRow } from "./channel-rows.ts";

const BEGIN = "<!-- bench:begin, written by npm run bench -- --page -->";
const END = "<!-- bench:end -->";

/**
 * The page with its table of channels made anew, a column each. Throws when the page has no place for the table, or
 * when nothing was measured that could stand there.
 */
export function withChannels(
  page: string,
  rows: readonly ChannelRow[],
  commit: string | null,
): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The page needs the lines ${BEGIN} and ${END}.`);
  if (rows.length === 0) throw new Error("No channel was measured; name one with --only, or none.");
  return `${before}${BEGIN}\n${tableOf(rows, commit)}\n${END}${after}`;
}

function tableOf(rows: readonly ChannelRow[], commit: string | null): string {
  const line = (what: string, cell: (row: ChannelRow) => string) =>
    `| ${[what, ...rows.map(cell)].join(" | ")} |`;
  return [
    line(`in batches of ${BATCH}, at ${commit ?? "an unknown commit"}`, ({ channel }) => channel),
    `|---|${rows.map(() => "--:|").join("")}`,
    line("through", ({ through }) => through),
    line("end to end, per second", ({ perSecond }) => Math.round(perSecond).toLocaleString("en")),
    line("processor time each", ({ cpuMicros }) => `${(cpuMicros / 1_000).toFixed(2)} ms`),
    line("lost, duplicated", ({ lost, duplicated }) => `${lost}, ${duplicated}`),
  ].join("\n");
}
