import type { Db } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** Counting more at every scrape would cost the database more than the figure is worth. */
const COUNTED_TO = 100_000;

/** How many timers wait, and how many of them for a stop or a pause to end. Read at each scrape. */
export function watchTimers(db: Db, metrics: Metrics): void {
  const count = (name: string, of: string) => async (): Promise<number | undefined> => {
    const text = `select count(*)::int as timers from (select from ${of} limit $1) as counted`;
    const rows = await db.query<{ timers: number }>(name, text, [COUNTED_TO]).catch(() => []);
    return rows[0]?.timers;
  };
  const all = count("scheduler-timers", "schedule.timers");
  const held = count("scheduler-held", "schedule.timers where held_by is not null");
  const timers = metrics.gauge({
    name: "pulse_scheduler_timers",
    help: `Timers that wait, counted up to ${COUNTED_TO}`,
    collect: async (): Promise<void> => {
      const now = await all();
      if (now !== undefined) timers.set(now);
    },
  });
  const deliveries = metrics.gauge({
    name: "pulse_held_deliveries",
    help: `Deliveries, events and sagas that wait for a stop or a pause to end, counted up to ${COUNTED_TO}`,
    collect: async (): Promise<void> => {
      const now = await held();
      if (now !== undefined) deliveries.set(now);
    },
  });
}
