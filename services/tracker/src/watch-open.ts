import type { Db } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** The age of the oldest notification that has not ended: what is stuck shows here first. Read at each scrape. */
export function watchOpen(db: Db, metrics: Metrics): void {
  const gauge = metrics.gauge({
    name: "pulse_oldest_open_notification_age_seconds",
    help: "Age of the oldest notification that has not ended; scheduled ones and running sagas do not count",
    collect: async (): Promise<void> => {
      const [row] = await db
        .query<{ age: number | null }>(
          "tracker-oldest-open",
          `select extract(epoch from now() - min(created_at))::float as age
           from tracking.notifications n where status in ('accepted', 'processing')
           and not exists (select from saga.instances s
             where s.notification_id = n.id and s.outcome is null)`,
          [],
        )
        .catch(() => []);
      gauge.set(row?.age ?? 0);
    },
  });
}
