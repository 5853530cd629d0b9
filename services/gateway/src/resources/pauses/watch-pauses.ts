import { PAUSED_KINDS } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** Shows how many rules and workflows are paused, as of the scrape. */
export function watchPauses(db: Db, metrics: Metrics): void {
  const gauge = metrics.gauge({
    name: "pulse_pauses",
    help: "Rules and workflows that are paused, by kind: rule, workflow",
    labels: ["kind"],
    collect: async (): Promise<void> => {
      const rows = await db
        .query<{ kind: string; paused: number }>("count-pauses", COUNT, [])
        .catch(() => null);
      if (rows === null) return;
      for (const kind of PAUSED_KINDS)
        gauge.labels(kind).set(rows.find((row) => row.kind === kind)?.paused ?? 0);
    },
  });
}

const COUNT =
  "select kind, count(*)::int as paused from catalog.pauses where until is null group by kind";
