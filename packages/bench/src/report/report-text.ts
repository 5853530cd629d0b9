import type { Figures } from "../measure/measure-all.ts";
import { channelRows } from "./channel-rows.ts";
import { channelTable } from "./channel-table.ts";
import { figureLines } from "./figure-lines.ts";
import { figuresTable } from "./figures-table.ts";
import type { Machine } from "./machine.ts";
import { costTable, memoryTable } from "./process-table.ts";

/** All that was measured, for a person. */
export function reportText(machine: Machine, figures: Figures): string {
  const costs = costTable(figures);
  const parts = [
    figuresTable(figureLines(figures)),
    channelTable(channelRows(figures)),
    costs ?? "Memory and processor time are read from /proc, which is not here.",
    memoryTable("backlog", figures.backlog),
    backlogRates(figures),
    memoryTable("fan-out", figures.fanOut),
    fanOutRates(figures),
    circumstances(machine, figures),
  ];
  return `\n${parts.filter((part) => part !== null).join("\n\n")}\n`;
}

function backlogRates({ backlog }: Figures): string | null {
  if (backlog === undefined) return null;
  return (
    `The backlog in parts of ${backlog.windowSize.toLocaleString("en")}, /s: ${rates(backlog)}\n` +
    `When the last of it was accepted, ${backlog.waiting.toLocaleString("en")} were waiting.`
  );
}

function fanOutRates({ fanOut }: Figures): string | null {
  if (fanOut === undefined) return null;
  return `The fan-out in parts of ${fanOut.windowSize.toLocaleString("en")}, /s: ${rates(fanOut)}`;
}

function rates({ windowsPerSecond }: { windowsPerSecond: number[] }): string {
  return windowsPerSecond.map((rate) => Math.round(rate).toLocaleString("en")).join("  ");
}

function circumstances(machine: Machine, { options, fsync, payloadBytes }: Figures): string {
  const { commit, cores, cpu, memoryBytes, node, system } = machine;
  const gigabytes = Math.round(memoryBytes / 2 ** 30);
  const count = options.count.toLocaleString("en");
  return [
    `Commit ${commit ?? "unknown"}; ${cores} × ${cpu}, ${gigabytes} GiB, ${system}, Node ${node}; fsync of Postgres ${fsync}.`,
    `${count} notifications a run, ${payloadBytes} bytes each; medians of ${options.rounds}. Everything runs on this machine, the load`,
    "and the simulated provider too; platform and baseline take turns, and stand still while the other is measured.",
    "A gateway alone: a process of its own, the other services standing still. Latency: open loop, from the time a",
    "request was meant to leave. CPU: from the first request until every status was up to date; a channel's is that",
    "of all processes together, over runs in batches, half as many a run where it is neither email nor in-app. No",
    "account has a rate limit, and the simulator answers at once and sends no receipts.",
  ].join("\n");
}
