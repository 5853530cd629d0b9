import { checkCron } from "@pulsecourier/calendar";
import { type Problem, type StepOf, timeMs, type WorkflowStep } from "@pulsecourier/contracts";
import { compileSagaCondition } from "./cel.ts";
import { checkSignal } from "./signals.ts";

/** Types of what can be a key. */
const KEYS = new Set(["string", "int", "uint", "double", "bool", "dyn"]);

const TIMES = new Set(["string", "google.protobuf.Timestamp", "dyn"]);
const AMOUNTS = new Set(["int", "uint", "double", "dyn"]);

/** What is wrong with the expressions of steps: no CEL, or none that gives what is needed there. */
export function expressionProblems(steps: readonly WorkflowStep[]): Problem[] {
  return steps.flatMap((step, at) => problemsOf(step, `/steps/${at}`));
}

function problemsOf(step: WorkflowStep, pointer: string): Problem[] {
  switch (step.type) {
    case "branch":
      return step.branches.flatMap(({ when }, at) =>
        conditionProblems(when, `${pointer}/branches/${at}/when`),
      );
    case "wait":
      return step.event === undefined ? [] : checkSignal(step.event, `${pointer}/event`);
    case "delay":
      return step.until === undefined ? [] : timeProblems(step.until, `${pointer}/until`);
    case "throttle":
      return keyProblems(step.key, `${pointer}/key`);
    case "digest":
      return digestProblems(step, pointer);
    case "reserve":
      return amountProblems(step.amount, `${pointer}/amount`);
    default:
      return [];
  }
}

function conditionProblems(when: string, pointer: string): Problem[] {
  const compiled = compileSagaCondition(when);
  if (!compiled.ok) return [{ pointer, detail: compiled.detail }];
  const isCondition = compiled.type === "bool" || compiled.type === "dyn";
  const detail = `gives ${compiled.type}; a condition gives true or false`;
  return isCondition ? [] : [{ pointer, detail }];
}

/** What sagas are counted or collected by. */
function keyProblems(key: string | undefined, pointer: string): Problem[] {
  if (key === undefined) return [];
  const compiled = compileSagaCondition(key);
  if (!compiled.ok) return [{ pointer, detail: compiled.detail }];
  const isKey = KEYS.has(compiled.type);
  return isKey ? [] : [{ pointer, detail: `gives ${compiled.type}; a key is a text or a number` }];
}

function digestProblems({ key, window }: StepOf<"digest">, pointer: string): Problem[] {
  const detail = window.type === "calendar" && window.cron ? checkCron(window.cron) : null;
  const problems = detail === null ? [] : [{ pointer: `${pointer}/window/cron`, detail }];
  return [...keyProblems(key, `${pointer}/key`), ...problems];
}

function amountProblems(amount: number | string, pointer: string): Problem[] {
  if (typeof amount === "number") return [];
  const compiled = compileSagaCondition(amount);
  if (!compiled.ok) return [{ pointer, detail: compiled.detail }];
  const isAmount = AMOUNTS.has(compiled.type);
  return isAmount ? [] : [{ pointer, detail: `gives ${compiled.type}; an amount is a number` }];
}

/** A time as it is, or an expression that gives one. */
function timeProblems(until: string, pointer: string): Problem[] {
  if (!Number.isNaN(timeMs(until))) return [];
  if (/^\d{4}-\d\d-\d\d[Tt ]/.test(until)) {
    return [{ pointer, detail: "is not an RFC 3339 time such as 2026-05-04T09:30:00Z" }];
  }
  const compiled = compileSagaCondition(until);
  if (!compiled.ok) return [{ pointer, detail: compiled.detail }];
  const isTime = TIMES.has(compiled.type);
  return isTime
    ? []
    : [{ pointer, detail: `gives ${compiled.type}; a time is a text or timestamp` }];
}
