import type { Catalog } from "@pulsecourier/catalog";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import { acceptKnown } from "./accept-known.ts";
import { isForRules } from "../read/event.ts";
import { readAll } from "../read/read-all.ts";
import { storeDecisions, storeParkedDecisions } from "../stores/events-store.ts";
import { refuseRecord } from "../read/refuse-record.ts";
import { decideAll, type Decided } from "./decide-all.ts";
import { type ChunkContext, chunksOf, routeChunk } from "./route-chunk.ts";
import { isScheduled } from "./route-intent.ts";
import { routePages } from "./route-pages.ts";
import { resumeParked } from "./resume-parked.ts";
import { signalSagas } from "./signal-sagas.ts";
import { startFanouts } from "./start-fanouts.ts";
import { parkEvents, type Waiting } from "../stores/park-events.ts";
import { setTimers } from "../stores/set-timers.ts";

export type RouterContext = Omit<ChunkContext, "now"> & {
  catalog: Catalog;
  /** Name of the consumer group, for dead letters. */
  group: string;
  now: () => number;
};

/**
 * Routes a wave of records. Yields what is to be written, in bounded chunks: ask for the next when the last one is
 * acknowledged. Every record ends as deliveries, as facts, as a decision kept, or as a dead letter. Rejects when
 * Postgres is away; run again, the wave yields the same ids.
 */
export async function* routeEvents(
  records: InRecord[],
  router: RouterContext,
): AsyncGenerator<OutRecord[], void, void> {
  const context = { ...router, now: router.now() };
  const read = readAll(records);
  const { accepted: known, refused: unknown } = await acceptKnown(read.events, router);
  const accepted = await resumeParked(router.db, known);
  const { decided, refused: lost } = await decideAll(accepted, router);
  const refused = [...read.refused, ...unknown, ...lost];
  await setTimers(context.db, context.secret, scheduledOf(decided));
  await parkEvents(context.db, context.secret, decided.flatMap(waitingOf));
  if (refused.length > 0) yield refused.flatMap((one) => refuseRecord(one, context));
  yield* signalSagas(
    decided.flatMap((one) => one.signals),
    context,
  );
  const requests = decided.flatMap((one) => one.requests);
  for (const intents of chunksOf(requests, context.secret)) {
    yield await routeChunk(intents, context);
  }
  const first = await startFanouts(requests, context);
  if (first.length > 0) yield first;
  if (read.pages.length > 0) yield* routePages(read.pages, context);
  const forRules = decided.filter(({ event }) => isForRules(event));
  await storeDecisions(
    context.db,
    forRules.filter(({ event }) => event.parked === null),
  );
  await storeParkedDecisions(
    context.db,
    forRules.filter(({ event }) => event.parked !== null),
  );
  for (const one of decided) context.metrics.event(resultOf(one));
  for (const _ of refused) context.metrics.event("dead_lettered");
}

function waitingOf({ event, waiting }: Decided): Waiting[] {
  return waiting.map((one) => ({ event, ...one }));
}

function scheduledOf(decided: Decided[]) {
  return decided.flatMap(({ event, requests }) =>
    requests.flatMap((request) =>
      request.sendAt !== null && isScheduled(request) ? [{ event, sendAt: request.sendAt }] : [],
    ),
  );
}

function resultOf({ requests, rules, waiting }: Decided) {
  if (requests.some(isScheduled)) return "scheduled";
  if (requests.length > 0) return "routed";
  if (waiting.length > 0) return "waiting";
  return rules.some((rule) => rule.result === "error") ? "rule_failed" : "nobody";
}
