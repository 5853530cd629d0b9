import { type Db, readOutboxAge } from "@pulsecourier/db";
import type { Metrics } from "@pulsecourier/observability";

/** How long the oldest record of the outbox has waited for Kafka. Read at each scrape. */
export function watchOutbox(db: Db, metrics: Metrics): void {
  const gauge = metrics.gauge({
    name: "pulse_outbox_oldest_record_age_seconds",
    help: "Age of the oldest record of the outbox that Kafka does not have yet",
    collect: async (): Promise<void> => gauge.set(await readOutboxAge(db, "gateway.outbox")),
  });
}
