import { notificationId } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { Logger, OutRecord } from "@pulsecourier/kafka";
import { factError } from "./choose-channels.ts";
import { lookUpRecipients } from "./directory-store.ts";
import { directoryId, type Intent, type RoutedIntent, type RoutingContext } from "./intent.ts";
import type { RouterMetrics } from "./metrics.ts";
import type { Request } from "./request.ts";
import { failIntent, type Known, routeIntent } from "./route-intent.ts";
import { findTombstones } from "./tombstone-store.ts";

/** Recipients decided about at once: what bounds memory, and what one query looks up. */
const CHUNK = 500;

/** The recipients of all requests in order, in chunks. Ids are made when their chunk comes. */
export function* chunksOf(
  requests: Iterable<Request>,
  secret: RoutingContext["secret"],
): Generator<Intent[]> {
  let chunk: Intent[] = [];
  for (const request of requests) {
    const { event, rule } = request;
    const { tenant, acceptedAt, source, id: eventId } = event;
    const of = { tenant, acceptedAt, source, eventId, rule: rule?.name ?? "" };
    for (const [key, recipient] of request.recipients) {
      const id = notificationId(secret, { ...of, recipient: key });
      chunk.push({ request, key, recipient, notificationId: id });
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

export type ChunkContext = RoutingContext & { db: Db; metrics: RouterMetrics; logger: Logger };

/** Decides about a chunk, with one look into the directory and, for what a timer fired, one at the tombstones. */
export async function routeChunk(intents: Intent[], context: ChunkContext): Promise<OutRecord[]> {
  const due = intents.filter(({ request }) => request.event.due);
  const [find, tombstones] = await Promise.all([
    lookUpRecipients(context.db, intents.flatMap(directoryKey)),
    findTombstones(
      context.db,
      due.map((intent) => intent.notificationId),
    ),
  ]);
  return intents.flatMap((intent) => {
    const [key] = directoryKey(intent);
    const entry = key === undefined ? unknown : find(key.tenant, key.id);
    const cancelled = tombstones.has(intent.notificationId);
    const { result, lane, records } = routeSafely(intent, { entry, cancelled }, context);
    context.metrics.notification(lane, result);
    return records;
  });
}

const unknown = { profile: null, preferences: null };

function directoryKey(intent: Intent): { tenant: string; id: string }[] {
  const id = directoryId(intent);
  return id === null ? [] : [{ tenant: intent.request.event.tenant, id }];
}

/** A mistake of ours over one recipient must not hold up the partition. */
function routeSafely(intent: Intent, known: Known, context: ChunkContext): RoutedIntent {
  try {
    return routeIntent(intent, known, context);
  } catch (err) {
    const { notificationId: id } = intent;
    context.logger.error({ err, notificationId: id }, "a notification could not be routed");
    const message = "The router failed on this notification; its log says how.";
    return failIntent(intent, factError("internal", message), context);
  }
}
