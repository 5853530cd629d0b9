import { setTimeout as delay } from "node:timers/promises";
import {
  ChannelName,
  HEADER_CALLBACK,
  factId,
  factRecord,
  type LifecycleFact,
  MAX_REDRIVES,
  type RedriveRequest,
  type RedriveResult,
  topicTable,
} from "@pulsecourier/contracts";
import type { Database } from "@pulsecourier/db";
import {
  HEADER_ATTEMPT,
  HEADER_ERROR_CLASS,
  HEADER_ERROR_CODE,
  HEADER_ERROR_MESSAGE,
  HEADER_FIRST_AT,
  HEADER_NOT_BEFORE,
  HEADER_ORIGIN,
  HEADER_REASON,
  HEADER_REDRIVE,
  type OutRecord,
} from "@pulsecourier/kafka";
import { type Selectable, sql } from "kysely";
import type { GatewayContext } from "../../context.ts";
import { countRedrivable, selected } from "./dead-letter-store.ts";

type Context = Pick<GatewayContext, "db" | "producer" | "names" | "secrets">;
type Row = Selectable<Database["tracking.dead_letters"]>;

/** How long one call works; what is left then is `remaining`. */
export const REDRIVE_MS = 20_000;
/** Records of one produce call; the rate is kept by waiting between them. */
const CHUNK_MS = 100;

/** Headers of the life the record ended; its id stays, so that what was sent meanwhile is not sent again. */
const ENDED_HEADERS: readonly string[] = [
  HEADER_ORIGIN,
  HEADER_REASON,
  HEADER_ERROR_CLASS,
  HEADER_ERROR_CODE,
  HEADER_ERROR_MESSAGE,
  HEADER_NOT_BEFORE,
  HEADER_FIRST_AT,
  "ntf-waits",
  "ntf-provider",
];

/**
 * Puts dead letters back into the topic they came from, oldest first, at most `limit` and for at most
 * `REDRIVE_MS`. Each is marked in the transaction its write is acknowledged in, so a call that broke off goes on
 * where it stopped; a record written twice around a crash has the same id and redrive count and acts once.
 */
export async function redrive(
  context: Context,
  { tenant, request }: { tenant: string; request: RedriveRequest },
): Promise<RedriveResult> {
  const { filter, dryRun, limit, ratePerSecond } = request;
  const topics = topicTable(context.names).flatMap(({ kind, name }) =>
    kind === "dlq" ? [] : [name],
  );
  const selection = { tenant, filter, topics };
  const { kysely } = context.db;
  const { matched, capped } = await countRedrivable(kysely, {
    ...selection,
    maxRedrives: MAX_REDRIVES,
  });
  if (dryRun) return { dryRun, matched, redriven: 0, remaining: matched, capped };

  const chunk = Math.max(1, Math.floor((ratePerSecond * CHUNK_MS) / 1_000));
  const started = performance.now();
  let redriven = 0;
  while (redriven < limit && performance.now() - started < REDRIVE_MS) {
    const count = await redriveChunk(context, {
      ...selection,
      limit: Math.min(chunk, limit - redriven),
    });
    if (count === 0) break;
    redriven += count;
    const ahead = (redriven / ratePerSecond) * 1_000 - (performance.now() - started);
    if (ahead > 0 && redriven < Math.min(limit, matched)) await delay(ahead);
  }
  return { dryRun, matched, redriven, remaining: Math.max(0, matched - redriven), capped };
}

async function redriveChunk(
  context: Context,
  o: { tenant: string; filter: RedriveRequest["filter"]; topics: string[]; limit: number },
): Promise<number> {
  return await context.db.kysely.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom("tracking.dead_letters")
      .selectAll()
      .where(selected(o))
      .where("redriven_at", "is", null)
      .where("redrive", "<", MAX_REDRIVES)
      .where("origin_topic", "in", o.topics)
      .orderBy("failed_at")
      .limit(o.limit)
      .forUpdate()
      .skipLocked()
      .execute();
    if (rows.length === 0) return 0;
    await context.producer.send(rows.flatMap((row) => [...factsOf(context, row), toRecord(row)]));
    await transaction
      .updateTable("tracking.dead_letters")
      .set({ redriven_at: sql`now()` })
      .where((letters) =>
        letters(
          letters.refTuple("topic", "partition", "offset"),
          "in",
          rows.map((row) => letters.tuple(row.topic, row.partition, row.offset)),
        ),
      )
      .execute();
    return rows.length;
  });
}

function toRecord(row: Row): OutRecord {
  const kept = Object.entries(row.headers).filter(([name]) => !ENDED_HEADERS.includes(name));
  return {
    // What ended in a retry tier starts again in its lane.
    topic: row.origin_topic.replace(/\.retry\.[^.]+\.v1$/, ".v1"),
    key: row.key,
    value: row.value,
    headers: {
      ...Object.fromEntries(kept),
      [HEADER_ATTEMPT]: "1",
      [HEADER_REDRIVE]: String(row.redrive + 1),
    },
  };
}

/** A delivery that comes back is told of; an event only leads to what it leads to. */
function factsOf({ names, secrets }: Context, row: Row): OutRecord[] {
  const { tenant, notification_id: notificationId, delivery_id: deliveryId } = row;
  const channel = ChannelName.safeParse(row.channel);
  if (tenant === null || notificationId === null || deliveryId === null || !channel.success)
    return [];
  // A callback's notification is nobody's.
  if (row.headers[HEADER_CALLBACK] !== undefined) return [];
  const again = row.redrive + 1;
  const type = "delivery.redriven";
  const id = factId(secrets.ids, tenant, deliveryId, [type, String(again)]);
  const at = new Date().toISOString();
  const about = { tenant, notificationId, deliveryId, channel: channel.data };
  const fact: LifecycleFact = { type, id, at, ...about, attempt: 0, redrive: again };
  return [factRecord(names.lifecycle, fact)];
}
