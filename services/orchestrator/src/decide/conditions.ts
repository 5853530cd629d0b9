import { type CelValue, compileSagaCondition, type SagaFacts } from "@pulsecourier/catalog";

/** Evaluates a condition; total. */
export type Conditions = (source: string, facts: SagaFacts) => CelValue;

const MAX_KEPT = 1_000;

/** Conditions, each compiled once; the oldest of many are forgotten. */
export function createConditions(): Conditions {
  const compiled = new Map<string, ReturnType<typeof compileSagaCondition>>();
  return (source, facts) => {
    const known = compiled.get(source) ?? compileSagaCondition(source);
    compiled.set(source, known);
    const [oldest = source] = compiled.keys();
    if (compiled.size > MAX_KEPT) compiled.delete(oldest);
    return known.ok ? known.run(facts) : { kind: "error", reason: known.detail };
  };
}
