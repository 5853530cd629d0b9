import { MAX_SIGNAL_KEY, type Problem, type Signal } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { type CelExpression, type CelValue, compileCel, compileSignalCondition } from "./cel.ts";
import type { RuleEvent } from "./rule.ts";

/** What an event is about, as workflows see it; null when that cannot be told of it. Total. */
export type SignalKey = (event: RuleEvent) => string | null;

/** The key an expression gave: a text or a number; null for anything else, and for one too long to be compared. */
export function readSignalKey(result: CelValue): string | null {
  if (result.kind !== "value") return null;
  const { value } = result;
  const isKey = typeof value === "string" || typeof value === "number" || typeof value === "bigint";
  const text = isKey ? String(value) : "";
  return text === "" || text.length > MAX_SIGNAL_KEY || text.includes("\0") ? null : text;
}

/** What is wrong with a signal of a workflow, each with its place under `pointer`. */
export function checkSignal({ key, startKey, when }: Signal, pointer: string): Problem[] {
  const problems: Problem[] = [];
  const check = (field: string, compiled: CelExpression<never>, types: RegExp, fits: string) => {
    const detail = compiled.ok ? `gives ${compiled.type}; ${fits}` : compiled.detail;
    if (!compiled.ok || !types.test(compiled.type))
      problems.push({ pointer: `${pointer}/${field}`, detail });
  };
  const isKey = [/^(string|int|uint|double|dyn)$/, "a key is a text or a number"] as const;
  check("key", compileCel(key), ...isKey);
  if (startKey !== undefined) check("startKey", compileCel(startKey), ...isKey);
  if (when !== undefined) {
    const condition = compileSignalCondition(when);
    check("when", condition, /^(bool|dyn)$/, "a condition gives true or false");
  }
  return problems;
}

// Every version that was ever live, since a saga keeps the one it began with, and may wait for a year.
const KEYS = `
select distinct signal ->> 'on' as type, signal ->> 'key' as key
from catalog.entries, lateral (
  select jsonb_path_query(definition, 'lax $.steps[*].event') as signal
  union all select jsonb_path_query(definition, 'lax $.cancelOn[*]')) as signals
where tenant = $1 and kind = 'workflow' and since <= $2`;

/** By event type, what tells the key of an event that a workflow of the tenant listens for, or once did. */
export async function loadSignalKeys(
  db: Db,
  tenant: string,
  revision: number,
): Promise<ReadonlyMap<string, readonly SignalKey[]>> {
  const rows = await db.query<{ type: string; key: string }>("catalog-signals", KEYS, [
    tenant,
    revision,
  ]);
  const keys = new Map<string, SignalKey[]>();
  for (const { type, key } of rows) {
    const compiled = compileCel(key);
    if (!compiled.ok) continue;
    const known = keys.get(type) ?? [];
    known.push((event) => readSignalKey(compiled.run(event)));
    keys.set(type, known);
  }
  return keys;
}
