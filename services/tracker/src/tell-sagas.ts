import {
  type IdSecret,
  type LifecycleFact,
  sagaInput,
  sagaRecord,
  type Standing,
  type TopicNames,
} from "@pulsecourier/contracts";
import { type Db, loadSecret } from "@pulsecourier/db";
import type { OutRecord, Producer } from "@pulsecourier/kafka";
import type { Tracked } from "./tracked.ts";
import type { Row } from "./projection-store.ts";

/** Tells running sagas how their deliveries stand, once the batch that moved them is written. */
export type TellSagas = (
  rows: Iterable<Row>,
  facts: ReadonlyMap<string, LifecycleFact>,
  traces: ReadonlyMap<string, string | undefined>,
) => Promise<void>;

/** Costs notifications without a saga one look at their view. */
export function createTellSagas(o: {
  db: Db;
  producer: Pick<Producer, "send">;
  topics: TopicNames;
}): TellSagas {
  let ids: Promise<IdSecret> | undefined;
  return async (rows, facts, traces) => {
    const running: Tracked[] = [];
    for (const { view } of rows) if (view !== null && isRunning(view)) running.push(view);
    if (running.length === 0) return;
    ids ??= loadSecret(o.db, "ids");
    ids.catch(() => (ids = undefined));
    const secret = await ids;
    const about = factsByNotification(facts);
    const records = running.flatMap((view): OutRecord[] => {
      const fact = about.get(view.id);
      if (fact === undefined) return [];
      const deliveries = view.deliveries.map(standingOf);
      const what = deliveries.map(
        ({ id, status, redrive, attempts, bouncedAt = "" }) =>
          `${id} ${status} ${redrive} ${attempts} ${bouncedAt}`,
      );
      const of = { tenant: fact.tenant, notificationId: view.id };
      const input = sagaInput(secret, of, what, { type: "standing", deliveries });
      return [sagaRecord(o.topics.sagas, input, traces.get(fact.id))];
    });
    if (records.length > 0) await o.producer.send(records);
  };
}

/** Without deliveries there is nothing a saga does not know; after its end it does nothing more. */
function isRunning({ saga, sagaOutcome, deliveries }: Tracked): boolean {
  return saga !== undefined && sagaOutcome === undefined && deliveries.length > 0;
}

/** The last fact about each notification, facts of its saga left out: those it knows itself. */
function factsByNotification(facts: ReadonlyMap<string, LifecycleFact>) {
  const last = new Map<string, LifecycleFact>();
  for (const fact of facts.values()) {
    if (fact.type !== "saga.decided") last.set(fact.notificationId, fact);
  }
  return last;
}

function standingOf(delivery: Tracked["deliveries"][number]): Standing {
  const { id, channel, status, redrive, attempts, bouncedAt, provider, error } = delivery;
  return {
    id,
    channel,
    status,
    redrive,
    attempts,
    ...(bouncedAt !== undefined && { bouncedAt }),
    ...(provider !== undefined && { provider }),
    ...(error !== undefined && { error }),
  };
}
