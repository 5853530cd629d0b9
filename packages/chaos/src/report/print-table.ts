import { table } from "@pulsecourier/cli";
import type { FaultResult } from "../run/run-faults.ts";
import { seconds } from "./seconds.ts";
import { summarize } from "./summarize.ts";

/** The results for the terminal. */
export function resultTable(results: readonly FaultResult[]): string {
  const rows = results
    .map(summarize)
    .map((row) => [
      row.fault,
      `${row.seeds - row.red} of ${row.seeds}`,
      String(row.accepted),
      String(row.lost),
      String(row.duplicated),
      seconds(row.recoveredP50Ms),
      seconds(row.recoveredMaxMs),
    ]);
  const header = ["fault", "seeds green", "accepted", "lost", "duplicated", "recovered p50", "max"];
  return table(header, rows, header.slice(1));
}
