import { CE, DeliveryRecord } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import {
  HEADER_ERROR_CODE,
  HEADER_ERROR_MESSAGE,
  HEADER_ORIGIN,
  HEADER_PROVIDER,
  HEADER_REASON,
  HEADER_REDRIVE,
  type Headers,
  type InRecord,
} from "@pulsecourier/kafka";

const INSERT = `
insert into tracking.dead_letters
  (topic, partition, "offset", tenant, notification_id, delivery_id, channel, provider, origin_topic, reason,
   error_code, error_message, redrive, failed_at, key, headers, value)
select * from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
  $9::text[], $10::text[], $11::text[], $12::text[], $13::smallint[], $14::timestamptz[], $15::bytea[], $16::jsonb[],
  $17::bytea[])
on conflict do nothing`;

/** Indexes dead letters by where they lie, with what is known of the delivery they were. */
export async function saveDeadLetters(db: Db, records: readonly InRecord[]): Promise<void> {
  const rows = records.map((record) => ({
    headers: storable(record.headers),
    delivery: deliveryOf(record),
    origin: originOf(record),
  }));
  await db.query("tracker-dead-letters", INSERT, [
    records.map((record) => record.topic),
    records.map((record) => record.partition),
    records.map((record) => record.offset.toString()),
    rows.map(({ headers, delivery }) => delivery?.tenant ?? headers[CE.tenant] ?? null),
    rows.map(({ delivery }) => delivery?.notificationId ?? null),
    rows.map(({ delivery }) => delivery?.id ?? null),
    rows.map(({ delivery }) => delivery?.channel ?? null),
    rows.map(({ headers }) => headers[HEADER_PROVIDER] ?? null),
    rows.map(({ origin }) => origin),
    rows.map(({ headers }) => headers[HEADER_REASON] ?? "poison"),
    rows.map(({ headers }) => headers[HEADER_ERROR_CODE] ?? "malformed_record"),
    rows.map(({ headers }) => headers[HEADER_ERROR_MESSAGE] ?? ""),
    rows.map(({ headers }) => countOf(headers[HEADER_REDRIVE])),
    records.map((record) => new Date(record.timestamp).toISOString()),
    records.map((record) => record.key),
    rows.map(({ headers }) => JSON.stringify(headers)),
    records.map((record) => record.value),
  ]);
}

/** Headers are anybody's; Postgres keeps no NUL in text. */
function storable(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [withoutNul(name), withoutNul(value)]),
  );
}

function withoutNul(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}

function countOf(header: string | undefined): number {
  return header !== undefined && /^\d{1,4}$/.test(header) ? Number(header) : 0;
}

function deliveryOf(record: InRecord): DeliveryRecord | null {
  try {
    const delivery = DeliveryRecord.safeParse(JSON.parse(record.value?.toString() ?? "")).data;
    return delivery === undefined || delivery.tenant.includes("\0") ? null : delivery;
  } catch {
    return null;
  }
}

function originOf(record: InRecord): string {
  try {
    const { topic }: { topic?: unknown } = JSON.parse(record.headers[HEADER_ORIGIN] ?? "{}");
    return typeof topic === "string" ? withoutNul(topic) : "";
  } catch {
    return "";
  }
}
