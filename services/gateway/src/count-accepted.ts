import type { Metrics } from "@pulsecourier/observability";

/** Counts what Kafka has acknowledged: events, and requests for notifications. */
export function countAccepted(
  metrics: Metrics,
  kind: "event" | "notification",
  count: number,
): void {
  metrics
    .counter({
      name: "pulse_accepted_total",
      help: "Events and notification requests accepted",
      labels: ["kind"],
    })
    .labels(kind)
    .inc(count);
}
