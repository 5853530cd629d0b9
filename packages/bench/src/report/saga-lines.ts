import type { SagaFigures } from "../sagas/measure-saga-parts.ts";
import type { Waiting } from "../sagas/measure-waiting.ts";
import type { Line } from "./figure-lines.ts";

/** Figures of sagas and timers. A step is an input that moved a saga: taken, decided, written. */
export function sagaLines({ sagas, timers, waiting }: SagaFigures): Line[] {
  return [
    ...(sagas === undefined
      ? []
      : [
          {
            what: "saga steps end to end, /s",
            platform: sagas.whole.perSecond,
            aim: { least: 2_000 },
          },
          {
            what: "saga steps of an orchestrator alone, /s",
            platform: sagas.alone.perSecond,
            aim: { least: 8_000 },
          },
        ]),
    ...timerLines(timers),
    ...(waiting === undefined ? [] : waitingLines(waiting)),
  ];
}

function timerLines(timers: SagaFigures["timers"]): Line[] {
  if (timers === undefined) return [];
  const { burst, steady, waiting } = timers;
  const beside = `while ${count(waiting)} wait`;
  return [
    {
      what: `${count(burst.count)} timers due at once ${beside}, /s`,
      platform: burst.perSecond,
      aim: { least: 5_000 },
    },
    {
      what: `timers at ${count(steady.perSecond)}/s ${beside}, late p50, ms`,
      platform: steady.p50Ms,
    },
    {
      what: `timers at ${count(steady.perSecond)}/s ${beside}, late p99, ms`,
      platform: steady.p99Ms,
      aim: { most: 1_000 },
    },
  ];
}

function waitingLines({ sagas, without, with: during }: Waiting): Line[] {
  const percent = (of: Waiting["with"], name: string) => (of.coreShare[name] ?? Number.NaN) * 100;
  const megabytes = (of: Waiting["with"], name: string) =>
    (of.bytes[name] ?? Number.NaN) / 1_048_576;
  return ["orchestrator", "scheduler"].flatMap((name) => [
    { what: `${name} idle, no saga waiting, CPU, %`, platform: percent(without, name), digits: 1 },
    {
      what: `${name} idle, ${count(sagas)} sagas waiting, CPU, %`,
      platform: percent(during, name),
      digits: 1,
    },
    { what: `${name} idle, no saga waiting, RSS, MB`, platform: megabytes(without, name) },
    {
      what: `${name} idle, ${count(sagas)} sagas waiting, RSS, MB`,
      platform: megabytes(during, name),
    },
  ]);
}

const count = (value: number) => value.toLocaleString("en");
