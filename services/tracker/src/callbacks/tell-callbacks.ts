import { callbackRecord, type LifecycleFact, type TopicNames } from "@pulsecourier/contracts";
import { type Db, loadSecret } from "@pulsecourier/db";
import type { OutRecord, Producer } from "@pulsecourier/kafka";
import type { Logger, Metrics } from "@pulsecourier/observability";
import { createCallbackCache } from "./callback-cache.ts";
import { type Callback, saveFared } from "./callback-store.ts";
import { judgeCallbacks } from "./judge-callbacks.ts";

/** Facts of a batch: those tenants may hear of, with the trace each came in, and those about callbacks. */
export type Heard = {
  facts: ReadonlyMap<string, LifecycleFact>;
  traces: ReadonlyMap<string, string | undefined>;
  aboutCallbacks: readonly LifecycleFact[];
};

export type TellCallbacks = (heard: Heard) => Promise<void>;

/**
 * Turns facts into deliveries to the callbacks of their tenants, and facts about those deliveries into how the
 * callbacks fare; the latter lead to no deliveries. Repeating a batch writes the same deliveries again.
 */
export function createTellCallbacks(o: {
  db: Db;
  producer: Pick<Producer, "send">;
  topics: TopicNames;
  disableAfterMs: number;
  logger: Logger;
  metrics: Metrics;
}): TellCallbacks {
  const { db, producer, topics, disableAfterMs, logger } = o;
  let ids: Promise<Buffer> | undefined;
  const cache = createCallbackCache(db);
  const told = o.metrics.counter({
    name: "pulse_callbacks_told_total",
    help: "Facts handed over to status callbacks",
  });
  const disabled = o.metrics.counter({
    name: "pulse_callbacks_disabled_total",
    help: "Status callbacks that were disabled",
    labels: ["reason"],
  });

  async function judge(
    facts: readonly LifecycleFact[],
    callbacks: ReadonlyMap<string, readonly Callback[]>,
  ): Promise<void> {
    const fared = judgeCallbacks(facts, callbacks, { now: Date.now(), disableAfterMs });
    if (fared.length === 0) return;
    await saveFared(db, fared);
    for (const { tenant, name, end, error } of fared) {
      if (end === null) continue;
      disabled.inc({ reason: end });
      logger.warn({ tenant, callback: name, reason: end, error }, "a status callback was disabled");
    }
  }

  return async ({ facts, traces, aboutCallbacks }) => {
    const tenants = new Set<string>();
    for (const { tenant } of facts.values()) tenants.add(tenant);
    for (const { tenant } of aboutCallbacks) tenants.add(tenant);
    const callbacks = await cache.of(tenants);
    if (callbacks.size === 0) return;
    ids ??= loadSecret(db, "ids");
    ids.catch(() => (ids = undefined));
    const secret = await ids;
    const records: OutRecord[] = [];
    for (const fact of facts.values()) {
      for (const callback of callbacks.get(fact.tenant) ?? []) {
        if (!callback.events.includes("*") && !callback.events.includes(fact.type)) continue;
        const traceparent = traces.get(fact.id);
        records.push(callbackRecord({ secret, topics, callback, fact, traceparent }));
      }
    }
    if (records.length > 0) await producer.send(records);
    told.inc({}, records.length);
    if (aboutCallbacks.length > 0) await judge(aboutCallbacks, callbacks);
  };
}
