import type { Metrics } from "@pulsecourier/observability";
import type { Journal } from "./journal.ts";

/** Shows the journal's counts to Prometheus; read when scraped, so a message costs nothing extra. */
export function journalMetrics(metrics: Metrics, journal: Journal): void {
  const messages = metrics.gauge({
    name: "pulse_simulator_messages",
    help: "Messages seen since the last reset, by the code they were answered with",
    labels: ["provider", "status"],
    collect() {
      messages.reset();
      for (const [provider, { statuses }] of Object.entries(journal.stats().providers)) {
        for (const [status, count] of Object.entries(statuses))
          messages.set({ provider, status }, count);
      }
    },
  });
  const duplicates = metrics.gauge({
    name: "pulse_simulator_duplicate_deliveries",
    help: "Delivery ids accepted more than once since the last reset",
    collect() {
      duplicates.set(journal.stats().duplicates);
    },
  });
}
