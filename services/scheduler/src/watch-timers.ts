import type { Db } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** Counting more at every scrape would cost the database more than the figure is worth. */
const COUNTED_TO = 100_000;

/** How many timers wait. Read at each scrape. */
export function watchTimers(db: Db, metrics: Metrics): void {
  const gauge = metrics.gauge({
    name: "pulse_scheduler_timers",
    help: `Timers that wait, counted up to ${COUNTED_TO}`,
    collect: async (): Promise<void> => {
      const [row] = await db
        .query<{ timers: number }>(
          "scheduler-timers",
          `select count(*)::int as timers from (select from schedule.timers limit $1) as counted`,
          [COUNTED_TO],
        )
        .catch(() => []);
      if (row !== undefined) gauge.set(row.timers);
    },
  });
}
