import type { Catalog, CatalogSnapshot } from "@pulsecourier/catalog";
import { recipientKey } from "@pulsecourier/contracts";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import { acceptKnown } from "./accept-known.ts";
import { decideEvent, type Decision } from "../decide/decide-event.ts";
import { decideParked } from "../decide/decide-parked.ts";
import {
  type AcceptedEvent,
  type IncomingEvent,
  isForRules,
  type RefusedRecord,
} from "../read/event.ts";
import { isPage, readPage, type AskedPage } from "../read/read-page.ts";
import { storeDecisions, storeParkedDecisions } from "../stores/events-store.ts";
import { readEvent } from "../read/read-event.ts";
import { refuseRecord } from "../read/refuse-record.ts";
import { type ChunkContext, chunksOf, routeChunk } from "./route-chunk.ts";
import { isScheduled } from "./route-intent.ts";
import { routePages } from "./route-pages.ts";
import { resumeParked } from "./resume-parked.ts";
import { signalSagas, signalsOf } from "./signal-sagas.ts";
import { startFanouts } from "./start-fanouts.ts";
import { parkEvents, type Waiting } from "../stores/park-events.ts";
import { setTimers } from "../stores/set-timers.ts";

export type RouterContext = Omit<ChunkContext, "now"> & {
  catalog: Catalog;
  /** Name of the consumer group, for dead letters. */
  group: string;
  now: () => number;
};

type Decided = Decision & { event: AcceptedEvent; signals: ReturnType<typeof signalsOf> };

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

function readAll(records: InRecord[]) {
  const events: IncomingEvent[] = [];
  const pages: AskedPage[] = [];
  const refused: RefusedRecord[] = [];
  for (const record of records) {
    if (isPage(record)) {
      const read = readPage(record);
      if (read.ok) pages.push(read.page);
      else refused.push(read.refused);
      continue;
    }
    const read = readEvent(record);
    if (read.ok) events.push(read.event);
    else refused.push(read.refused);
  }
  return { events, pages, refused };
}

async function decideAll(events: AcceptedEvent[], { catalog, logger, secret }: RouterContext) {
  const snapshots = new Map<string, CatalogSnapshot>();
  const decided: Decided[] = [];
  const refused: RefusedRecord[] = [];
  for (const event of events) {
    const { tenant, revision, id: eventId } = event;
    const key = `${tenant}\0${revision}`;
    const snapshot = snapshots.get(key) ?? (await catalog.at(tenant, revision));
    snapshots.set(key, snapshot);
    try {
      if (event.parked === null) {
        const signals = signalsOf(event, snapshot);
        decided.push({ event, signals, ...decideEvent(event, snapshot, secret) });
        continue;
      }
      // It may be paused once more by now.
      const { pauses } = await catalog.current(tenant);
      const decision = decideParked(event, event.parked, { ...snapshot, pauses }, secret);
      decided.push({ event, signals: [], ...decision });
    } catch (err) {
      logger.error({ err, tenant, eventId }, "an event could not be decided");
      refused.push(undecidable(event));
    }
  }
  return { decided, refused };
}

function undecidable(event: AcceptedEvent): RefusedRecord {
  const { record, adhoc, acceptedAt } = event;
  const recipientKeys = adhoc?.to.map(recipientKey) ?? [];
  const message = "the router failed on this event; its log says how";
  const ends = { event, acceptedAt, recipientKeys: [...new Set(recipientKeys)] };
  return { record, reason: "rejected", code: "internal", message, ends };
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
