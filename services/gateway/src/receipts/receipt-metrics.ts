import type { Metrics } from "@pulsecourier/observability";

/** What is counted of receipts. */
export function receiptMetrics(metrics: Metrics) {
  return {
    taken: metrics.counter({
      name: "pulse_receipts_total",
      help: "Receipts written, by kind; `unknown` are those of messages that are not ours",
      labels: ["provider", "kind"],
    }),
    inbound: metrics.counter({
      name: "pulse_inbound_messages_total",
      help: "Messages recipients wrote, by what they ask for: `stop`, `start` or `other`",
      labels: ["provider", "wish"],
    }),
    refused: metrics.counter({
      name: "pulse_receipt_callbacks_refused_total",
      help: "Provider callbacks whose signature did not verify, or was too old",
      labels: ["provider"],
    }),
  };
}
