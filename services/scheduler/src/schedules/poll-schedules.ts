import type { Logger } from "@pulsecourier/kafka";
import type { Metrics } from "@pulsecourier/observability";
import { repeat } from "@pulsecourier/runtime";
import { type PlanContext, type Planned, planRuns, SCHEDULES_AT_ONCE } from "./plan-runs.ts";
import { msUntilNextSchedule } from "./schedule-store.ts";

/** A schedule that was put, resumed or asked to run is noticed after this long. */
const MAX_WAIT_MS = 1_000;
/** What is due and not ours is in another instance's hands. */
const MIN_WAIT_MS = 20;

/**
 * Plans runs when they are due until closed, and has them published at once; failures are logged and tried again. What
 * `publish` fails to publish is a timer like others.
 */
export function pollSchedules(
  context: PlanContext & { logger: Logger; metrics: Metrics; publish: () => Promise<void> },
): { close(): Promise<void> } {
  const report = reportTo(context.metrics);
  return repeat(async () => {
    try {
      const planned = await planRuns(context);
      report(planned);
      if (planned.runs.some(({ fired }) => fired !== null)) await context.publish();
      if (planned.schedules === SCHEDULES_AT_ONCE) return 0;
      const next = (await msUntilNextSchedule(context.db)) ?? MAX_WAIT_MS;
      return Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, Math.ceil(next)));
    } catch (err) {
      context.logger.warn({ err }, "runs of schedules could not be planned; trying again");
      return MAX_WAIT_MS;
    }
  });
}

function reportTo(metrics: Metrics): (planned: Planned) => void {
  const runs = metrics.counter({
    name: "pulse_schedule_runs_total",
    help: "Runs of recurring schedules: fired, skipped because they were missed, failed because what they name is gone",
    labels: ["result"],
  });
  for (const result of ["fired", "skipped", "failed"]) runs.labels(result).inc(0);
  const lateness = metrics.histogram({
    name: "pulse_schedule_lateness_seconds",
    help: "Time from the planned time of a run to its firing; runs made up for count, too",
  });
  return (planned) => {
    for (const { result, count, lateMs } of planned.runs) {
      runs.labels(result).inc(count);
      if (result === "fired") lateness.observe(lateMs / 1_000);
    }
  };
}
