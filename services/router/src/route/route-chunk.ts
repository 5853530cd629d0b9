import { notificationId } from "@pulsecourier/contracts";
import { type Db, insertTimers } from "@pulsecourier/db";
import type { Logger, OutRecord } from "@pulsecourier/kafka";
import type { Owner } from "@pulsecourier/redis";
import { isPresenceHeard } from "../decide/decided-on.ts";
import { factError } from "../decide/choose-channels.ts";
import { lookUpRecipients, UNKNOWN } from "../stores/directory-store.ts";
import {
  directoryId,
  type Intent,
  type RoutedIntent,
  type RoutingContext,
} from "../decide/intent.ts";
import type { RouterMetrics } from "../metrics.ts";
import type { Request } from "../read/request.ts";
import { lookUpSuppressed } from "../stores/look-up-suppressed.ts";
import { countForCaps } from "./count-for-caps.ts";
import type { Known } from "./choose-for.ts";
import { failIntent, routeIntent } from "./route-intent.ts";
import { findTombstones } from "../stores/tombstone-store.ts";

/** Recipients decided about at once, looked up by one query, and what their records may take together. */
const CHUNK = 500;
const CHUNK_BYTES = 8 * 1024 * 1024;

/** The recipients of all requests in order, in chunks. Ids are made when their chunk comes. */
export function* chunksOf(
  requests: Iterable<Request>,
  secret: RoutingContext["secret"],
): Generator<Intent[]> {
  let chunk: Intent[] = [];
  let bytes = 0;
  for (const request of requests) {
    const { event, rule } = request;
    const { tenant, acceptedAt, source, id: eventId } = event;
    const of = { tenant, acceptedAt, source, eventId, rule: rule?.name ?? "" };
    const bytesEach = bytesOf(request);
    for (const [key, recipient] of request.recipients) {
      const again = event.wave ?? event.held;
      const id = again?.notificationId ?? notificationId(secret, { ...of, recipient: key });
      chunk.push({ request, key, recipient, notificationId: id });
      bytes += bytesEach;
      if (chunk.length < CHUNK && bytes < CHUNK_BYTES) continue;
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** What a recipient's deliveries repeat of the request, about. */
function bytesOf({ event, contents }: Request): number {
  let bytes = 0;
  for (const content of contents.values()) {
    bytes += event.dataJson.length;
    for (const text of Object.values(content ?? {})) bytes += text.length;
  }
  return bytes;
}

export type ChunkContext = RoutingContext & {
  db: Db;
  /** Who is connected over the WebSocket; nobody where that is not known. */
  findPresent: (owners: readonly Owner[]) => Promise<(owner: Owner) => boolean>;
  metrics: RouterMetrics;
  logger: Logger;
};

/**
 * Decides about a chunk, with one look into the directory, one at the suppression list and, for what was known before
 * (a timer has fired it, a saga asks for it), one at the tombstones. Where a category has a frequency cap, one statement
 * counts.
 */
export async function routeChunk(intents: Intent[], context: ChunkContext): Promise<OutRecord[]> {
  const again = intents.filter(({ request: { event } }) => event.due || event.wave !== null);
  const [find, tombstones, isPresent] = await Promise.all([
    lookUpRecipients(context.db, intents.flatMap(directoryKey)),
    findTombstones(
      context.db,
      again.map((intent) => intent.notificationId),
    ),
    context.findPresent(intents.filter(({ request }) => isPresenceHeard(request)).flatMap(owner)),
  ]);
  const entries = intents.map((intent) => {
    const [key] = directoryKey(intent);
    return { intent, entry: key === undefined ? UNKNOWN : find(key.tenant, key.id) };
  });
  const suppressed = await lookUpSuppressed(context.db, entries);
  const told = entries.map(({ intent, entry }) => {
    const cancelled = tombstones.has(intent.notificationId);
    const connected = isPresenceHeard(intent.request) && owner(intent).some(isPresent);
    return { intent, known: { entry, cancelled, suppressed, connected, count: null } };
  });
  const counts = await countForCaps(context.db, told, context.now);
  const routed = told.map(({ intent, known }) => {
    const count = counts.get(intent.notificationId) ?? null;
    return routeSafely(intent, { ...known, count }, context);
  });
  await insertTimers(
    context.db,
    routed.flatMap(({ timer }) => timer ?? []),
  );
  for (const { lane, result } of routed) context.metrics.notification(lane, result);
  return routed.flatMap(({ records }) => records);
}

function directoryKey(intent: Intent): { tenant: string; id: string }[] {
  const id = directoryId(intent);
  return id === null ? [] : [{ tenant: intent.request.event.tenant, id }];
}

function owner(intent: Intent): Owner[] {
  return directoryKey(intent).map(({ tenant, id }) => ({ tenant, recipient: id }));
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
