import type { Lane } from "@pulsecourier/contracts";
import type { Metrics } from "@pulsecourier/observability";
import type { RoutedIntent } from "./decide/intent.ts";

type EventResult =
  | "routed"
  | "nobody"
  | "rule_failed"
  | "scheduled"
  | "waiting"
  | "page"
  | "dead_lettered";

export type RouterMetrics = {
  event(result: EventResult): void;
  notification(lane: Lane, result: RoutedIntent["result"]): void;
  /** Starts timing a wave; call what it returns when all of it is acknowledged. */
  wave(): () => void;
};

export function createRouterMetrics(metrics: Metrics): RouterMetrics {
  const events = metrics.counter({
    name: "pulse_router_events_total",
    help: "Events handled, by what became of them",
    labels: ["result"],
  });
  const notifications = metrics.counter({
    name: "pulse_router_notifications_total",
    help: "Notifications decided about, by lane and result",
    labels: ["lane", "result"],
  });
  const waves = metrics.histogram({
    name: "pulse_router_wave_seconds",
    help: "Time from taking a wave of records to the acknowledgement of all that came of it",
  });
  return {
    event: (result) => events.inc({ result }),
    notification: (lane, result) => notifications.inc({ lane, result }),
    wave: () => waves.startTimer(),
  };
}
