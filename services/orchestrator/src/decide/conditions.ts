import {
  type CelValue,
  compileSagaCondition,
  compileSignalCondition,
  type SagaFacts,
} from "@pulsecourier/catalog";

/** Evaluates an expression of a workflow; with `start` among the facts, one about a signal. Total. */
export type Conditions = (source: string, facts: SagaFacts) => CelValue;

const MAX_KEPT = 1_000;

/** Expressions, each compiled once; the oldest of many are forgotten. */
export function createConditions(): Conditions {
  const compiled = new Map<string, ReturnType<typeof compileSagaCondition>>();
  return (source, facts) => {
    const isSignal = facts.start !== undefined;
    const key = `${isSignal ? "signal" : "saga"} ${source}`;
    const compile = isSignal ? compileSignalCondition : compileSagaCondition;
    const known = compiled.get(key) ?? compile(source);
    compiled.set(key, known);
    const [oldest = key] = compiled.keys();
    if (compiled.size > MAX_KEPT) compiled.delete(oldest);
    return known.ok ? known.run(facts) : { kind: "error", reason: known.detail };
  };
}
