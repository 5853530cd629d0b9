import type { LifecycleFact } from "@pulsecourier/contracts";
import type { Callback, Fared } from "./callback-store.ts";

/** What a fact about a callback's delivery says of the callback: it works, it fails, or nothing. */
type Sign = { at: number; error: string | null };

/**
 * How callbacks have fared by facts about their deliveries: only what is news. The latest fact decides; one that
 * has failed for `disableAfterMs`, or whose receiver is gone, ends.
 */
export function judgeCallbacks(
  facts: readonly LifecycleFact[],
  callbacks: ReadonlyMap<string, readonly Callback[]>,
  o: { now: number; disableAfterMs: number },
): Fared[] {
  const signs = new Map<Callback, Sign[]>();
  for (const fact of facts) {
    const sign = signOf(fact);
    const callback =
      "callback" in fact
        ? callbacks.get(fact.tenant)?.find(({ name }) => name === fact.callback)
        : undefined;
    if (sign === null || callback === undefined) continue;
    const heard = signs.get(callback);
    if (heard === undefined) signs.set(callback, [sign]);
    else heard.push(sign);
  }
  return [...signs].flatMap(([callback, heard]) => judge(callback, heard, o) ?? []);
}

function judge(
  { tenant, name, failingSince }: Callback,
  signs: Sign[],
  o: { now: number; disableAfterMs: number },
): Fared | null {
  signs.sort((a, b) => a.at - b.at);
  const worked = signs.findLastIndex(({ error }) => error === null);
  const [first, ...later] = signs.slice(worked + 1);
  if (first === undefined) {
    if (failingSince === null) return null;
    return { tenant, name, at: o.now, error: null, end: null };
  }
  const failures = [first, ...later];
  const since = (worked === -1 ? failingSince : null) ?? first.at;
  const error = (later.at(-1) ?? first).error;
  const gone = failures.some((one) => one.error === "recipient_gone");
  const end = gone ? "gone" : o.now - since >= o.disableAfterMs ? "failing" : null;
  return { tenant, name, at: since, error, end };
}

function signOf(fact: LifecycleFact): Sign | null {
  const at = Date.parse(fact.at);
  switch (fact.type) {
    case "delivery.sent":
      return { at, error: null };
    case "delivery.expired":
      return { at, error: "expired" };
    case "delivery.retrying":
    case "delivery.unknown":
    case "delivery.failed":
      // What was left over from before it was deleted or disabled says nothing of it now.
      return fact.error.code === "callback_ended" ? null : { at, error: fact.error.code };
    default:
      return null;
  }
}
