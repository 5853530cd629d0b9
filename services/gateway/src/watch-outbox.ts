import type { Db } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** How long the oldest record of the outbox has waited for Kafka. Read at each scrape. */
export function watchOutbox(db: Db, metrics: Metrics): void {
  const gauge = metrics.gauge({
    name: "pulse_outbox_oldest_record_age_seconds",
    help: "Age of the oldest record of the outbox that Kafka does not have yet",
    collect: async (): Promise<void> => {
      // The first by the primary key: an empty or a short outbox costs one look.
      const [row] = await db
        .query<{ age: number }>(
          "gateway-oldest-outbox",
          `select extract(epoch from now() - created_at)::float as age
           from gateway.outbox order by id limit 1`,
          [],
        )
        .catch(() => []);
      gauge.set(row?.age ?? 0);
    },
  });
}
