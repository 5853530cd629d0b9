import {
  ChannelName,
  type DeadLetterDetail,
  type DeadLetterFilter,
  DeadLetterReason,
  type DeadLetterView,
  type DecodedBytes,
} from "@pulsecourier/contracts";
import type { Database, Db } from "@pulsecourier/db";
import { type ExpressionBuilder, type Kysely, type Selectable, sql } from "kysely";
import { PLATFORM_TENANT } from "../platform-tenant.ts";

type Letters = ExpressionBuilder<Database, "tracking.dead_letters">;
type Row = Selectable<Database["tracking.dead_letters"]>;

/** Where a list goes on: below this row, times as Postgres writes them. */
export type DeadLetterPosition = {
  failedAt: string;
  topic: string;
  partition: number;
  offset: string;
};

/**
 * Dead letters a tenant's operators may see and the filter selects; those of the platform also see records that name no
 * tenant, or none that exists.
 */
export function selected({ tenant, filter }: { tenant: string; filter: DeadLetterFilter }) {
  return (letters: Letters) => {
    const owned = letters("tenant", "=", tenant);
    const visible =
      tenant === PLATFORM_TENANT ? letters.or([owned, letters.not(hasTenant(letters))]) : owned;
    const { topic, reason, channel, provider, errorCode, since, until } = filter;
    return letters.and([
      visible,
      ...(topic === undefined
        ? []
        : [letters.or([letters("topic", "=", topic), letters("origin_topic", "=", topic)])]),
      ...(reason === undefined ? [] : [letters("reason", "=", reason)]),
      ...(channel === undefined ? [] : [letters("channel", "=", channel)]),
      ...(provider === undefined ? [] : [letters("provider", "=", provider)]),
      ...(errorCode === undefined ? [] : [letters("error_code", "=", errorCode)]),
      ...(since === undefined ? [] : [letters("failed_at", ">=", new Date(since))]),
      ...(until === undefined ? [] : [letters("failed_at", "<", new Date(until))]),
    ]);
  };
}

function hasTenant(letters: Letters) {
  const tenants = letters.selectFrom("gateway.tenants").select("id");
  return letters.exists(tenants.whereRef("id", "=", "tracking.dead_letters.tenant"));
}

/** Newest first, at most `limit`, each with the position it stands at. */
export async function listDeadLetters(
  db: Db,
  o: { tenant: string; filter: DeadLetterFilter; after: DeadLetterPosition | null; limit: number },
): Promise<{ view: DeadLetterView; position: DeadLetterPosition }[]> {
  let query = db.kysely
    .selectFrom("tracking.dead_letters")
    .selectAll()
    .select(sql<string>`failed_at::text`.as("failed_at_text"))
    .where(selected(o))
    .orderBy("failed_at", "desc")
    .orderBy("topic", "desc")
    .orderBy("partition", "desc")
    .orderBy("offset", "desc")
    .limit(o.limit);
  if (o.after !== null) {
    const { failedAt, topic, partition, offset } = o.after;
    query = query.where(
      sql<boolean>`(failed_at, topic, partition, "offset")
        < (${failedAt}::timestamptz, ${topic}::text, ${partition}::int, ${offset}::bigint)`,
    );
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    view: toView(row),
    position: {
      failedAt: row.failed_at_text,
      topic: row.topic,
      partition: row.partition,
      offset: row.offset,
    },
  }));
}

/** One dead letter with what its record holds, or null. `id` is `topic:partition:offset`. */
export async function readDeadLetter(
  db: Db,
  o: { tenant: string; id: string },
): Promise<DeadLetterDetail | null> {
  const [, topic, partition, offset] = /^([\w.-]{1,249}):(\d{1,9}):(\d{1,18})$/.exec(o.id) ?? [];
  if (topic === undefined || partition === undefined || offset === undefined) return null;
  const row = await db.kysely
    .selectFrom("tracking.dead_letters")
    .selectAll()
    .where(selected({ tenant: o.tenant, filter: {} }))
    .where("topic", "=", topic)
    .where("partition", "=", Number(partition))
    .where("offset", "=", offset)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    ...toView(row),
    originTopic: row.origin_topic,
    key: row.key?.toString() ?? null,
    headers: row.headers,
    value: row.value === null ? null : decode(row.value),
  };
}

/** How many dead letters of a selection can be redriven, and how many were the most often allowed. */
export async function countRedrivable(
  kysely: Kysely<Database>,
  o: { tenant: string; filter: DeadLetterFilter; topics: string[]; maxRedrives: number },
): Promise<{ matched: number; capped: number }> {
  const row = await kysely
    .selectFrom("tracking.dead_letters")
    .select((letters) => [
      letters.fn.countAll().filterWhere("redrive", "<", o.maxRedrives).as("matched"),
      letters.fn.countAll().filterWhere("redrive", ">=", o.maxRedrives).as("capped"),
    ])
    .where(selected(o))
    .where("redriven_at", "is", null)
    .where("origin_topic", "in", o.topics)
    .executeTakeFirstOrThrow();
  return { matched: Number(row.matched), capped: Number(row.capped) };
}

function toView(row: Row): DeadLetterView {
  return {
    id: `${row.topic}:${row.partition}:${row.offset}`,
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    tenant: row.tenant,
    notificationId: row.notification_id,
    deliveryId: row.delivery_id,
    channel: ChannelName.nullable().catch(null).parse(row.channel),
    provider: row.provider,
    reason: DeadLetterReason.catch("poison").parse(row.reason),
    errorCode: row.error_code,
    errorMessage: row.error_message,
    redrive: row.redrive,
    failedAt: row.failed_at.toISOString(),
    redrivenAt: row.redriven_at?.toISOString() ?? null,
  };
}

function decode(bytes: Buffer): DecodedBytes {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    try {
      const decoded: DecodedBytes = { encoding: "json", data: JSON.parse(text) };
      // Nested deep enough, what can be read cannot be written again.
      JSON.stringify(decoded);
      return decoded;
    } catch {
      return { encoding: "text", data: text };
    }
  } catch {
    return { encoding: "base64", data: bytes.toString("base64") };
  }
}
