import type { Figures } from "../measure/measure-all.ts";
import { figuresTable } from "./figures-table.ts";
import type { Machine } from "./machine.ts";
import { processTable } from "./process-table.ts";

/** All that was measured, for a person. */
export function reportText(machine: Machine, figures: Figures): string {
  const { options, fsync, payloadBytes } = figures;
  const where =
    `Commit ${machine.commit ?? "unknown"} on ${machine.cores} × ${machine.cpu}, ` +
    `${Math.round(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}; fsync of Postgres ${fsync}.`;
  const how =
    `${options.count.toLocaleString("en")} notifications a run of ${payloadBytes} bytes each, ` +
    `median of ${options.rounds}; everything, the load too, on this machine.`;
  const processes =
    processTable(figures) ?? "Memory and processor time are read from /proc, which is not here.";
  return `\n${figuresTable(figures)}\n\n${processes}\n\n${where}\n${how}\n`;
}
