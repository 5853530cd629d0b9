import type { Bed } from "../bed.ts";
import { whilePaused } from "../measure/target.ts";
import type { BenchOptions } from "../options.ts";
import { openLoneBed } from "./lone-bed.ts";
import { measureLoneOrchestrator, type SagaRate } from "./measure-lone-orchestrator.ts";
import { measureSagas, putWorkflow } from "./measure-sagas.ts";
import { measureTimers, type Timers } from "./measure-timers.ts";
import { measureWaiting, type Waiting } from "./measure-waiting.ts";

export type SagaFigures = {
  sagas?: { whole: SagaRate; alone: SagaRate };
  timers?: Timers;
  waiting?: Waiting;
};

/** What the options ask for of sagas and their timers. Services measured alone do not share the machine with the others. */
export async function measureSagaParts(bed: Bed, options: BenchOptions): Promise<SagaFigures> {
  const { sections, sagas: count, seconds } = options;
  const { platform, progress, dev } = bed;
  if (!(["sagas", "timers", "waiting"] as const).some((one) => sections.includes(one))) return {};
  const lone = await openLoneBed(dev);
  const alone = <T>(what: string, act: () => Promise<T>) => {
    progress.step(what);
    return whilePaused(platform, act);
  };
  try {
    const figures: SagaFigures = {};
    if (sections.includes("sagas")) {
      progress.step(`platform: ${count} notifications in several steps`);
      await putWorkflow(dev);
      await measureSagas(bed, Math.ceil(count / 4));
      const whole = await measureSagas(bed, count);
      const what = `an orchestrator alone: ${count} sagas`;
      figures.sagas = {
        whole,
        alone: await alone(what, () => measureLoneOrchestrator(lone, count)),
      };
    }
    if (sections.includes("waiting"))
      figures.waiting = await alone(`${options.waitingSagas} sagas wait`, () =>
        measureWaiting(lone, { sagas: options.waitingSagas, seconds }),
      );
    if (sections.includes("timers")) {
      const { timers: due, timersPerSecond: perSecond, waitingTimers: waiting } = options;
      figures.timers = await alone(`${due} timers while ${waiting} wait`, () =>
        measureTimers(lone, { due, perSecond, waiting }),
      );
    }
    return figures;
  } finally {
    await lone.close();
  }
}

/** What of them was lost. */
export function lostOf({ sagas, timers }: SagaFigures): number {
  const parts = [sagas?.whole, sagas?.alone, timers?.burst, timers?.steady];
  return parts.reduce((sum, part) => sum + (part?.lost ?? 0), 0);
}
