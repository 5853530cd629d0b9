import type { Metrics } from "@pulsecourier/observability";
import type { LeftFor } from "./choose-account.ts";
import type { LookedUp } from "./provider.ts";
import type { Settled } from "./follow-ups.ts";

export type SenderMetrics = ReturnType<typeof createSenderMetrics>;

/** What a sender measures; series are bound once, since labels are looked up for every delivery otherwise. */
export function createSenderMetrics(metrics: Metrics, channel: string) {
  const deliveries = metrics.counter({
    name: "pulse_deliveries_total",
    help: "Steps of deliveries by outcome: sent, retry, wait, hold, failed, cancelled, expired",
    labels: ["channel", "provider", "outcome"],
  });
  const latency = timeDeliveries(metrics, channel);
  const calls = metrics.histogram({
    name: "pulse_provider_call_seconds",
    help: "Duration of provider calls by outcome",
    labels: ["channel", "provider", "outcome"],
  });
  const possibleDuplicates = countDoubts(metrics, channel);
  const slots = metrics
    .gauge({ name: "pulse_sender_slots_in_use", help: "Deliveries in hand", labels: ["channel"] })
    .labels(channel);
  const hops = metrics.counter({
    name: "pulse_failovers_total",
    help: "Attempts handed on from one account to the next, by what kept the first from taking them",
    labels: ["channel", "provider", "cause"],
  });
  const unknown = metrics.counter({
    name: "pulse_unknown_outcomes_total",
    help: "Calls whose outcome was unclear, by what a look-up at the provider said: sent, not_sent, unknown",
    labels: ["channel", "provider", "settled"],
  });
  const errors = metrics.counter({
    name: "pulse_delivery_errors_total",
    help: "Failed attempts and failed deliveries by error code",
    labels: ["channel", "outcome", "code"],
  });
  const count = bound((provider: string, outcome: string) =>
    deliveries.labels(channel, provider, outcome),
  );
  const timed = bound((provider: string, outcome: string) =>
    calls.labels(channel, provider, outcome),
  );
  return {
    called: (provider: string, outcome: string, seconds: number) =>
      timed(provider, outcome).observe(seconds),
    hopped: (provider: string, cause: LeftFor) => hops.labels(channel, provider, cause).inc(),
    unknown: (provider: string, settled: LookedUp["kind"]) =>
      unknown.labels(channel, provider, settled).inc(),
    settled(one: Settled) {
      const { step } = one;
      count("provider" in step ? (step.provider ?? "none") : "none", step.kind).inc();
      if ("error" in step) errors.labels(channel, step.kind, step.error.code).inc();
      if (step.kind !== "sent") return;
      latency.observe(Math.max(0, one.ms - one.work.delivery.acceptedAt) / 1_000);
      if (one.possibleDuplicates > 0) possibleDuplicates.inc();
    },
    held: (deliveriesHeld: number) => count("none", "hold").inc(deliveriesHeld),
    inUse: (deliveriesInHand: number) => slots.set(deliveriesInHand),
  };
}

function timeDeliveries(metrics: Metrics, channel: string) {
  return metrics
    .histogram({
      name: "pulse_delivery_latency_seconds",
      help: "From accepting the notification to the provider accepting the message",
      labels: ["channel"],
    })
    .labels(channel);
}

function countDoubts(metrics: Metrics, channel: string) {
  const doubts = metrics
    .counter({
      name: "pulse_possible_duplicates_total",
      help: "Calls repeated though an earlier one may have been accepted",
      labels: ["channel"],
    })
    .labels(channel);
  // Shown from the start: the first one must be seen to rise.
  doubts.inc(0);
  return doubts;
}

function bound<Series>(make: (provider: string, outcome: string) => Series) {
  const known = new Map<string, Series>();
  return (provider: string, outcome: string): Series => {
    const key = `${provider}\0${outcome}`;
    let series = known.get(key);
    if (series === undefined) known.set(key, (series = make(provider, outcome)));
    return series;
  };
}
