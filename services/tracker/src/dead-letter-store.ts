import { DeliveryRecord } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import {
  HEADER_ERROR_CODE,
  HEADER_ERROR_MESSAGE,
  HEADER_ORIGIN,
  HEADER_REASON,
  HEADER_REDRIVE,
  type InRecord,
} from "@pulsecourier/kafka";

const INSERT = `
insert into tracking.dead_letters
  (topic, partition, "offset", tenant, notification_id, delivery_id, channel, origin_topic, reason, error_code,
   error_message, redrive, failed_at, key, headers, value)
select * from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
  $9::text[], $10::text[], $11::text[], $12::smallint[], $13::timestamptz[], $14::bytea[], $15::jsonb[], $16::bytea[])
on conflict do nothing`;

/** Indexes dead letters by where they lie, with what is known of the delivery they were. */
export async function saveDeadLetters(db: Db, records: readonly InRecord[]): Promise<void> {
  const rows = records.map((record) => ({
    record,
    delivery: deliveryOf(record),
    origin: originOf(record),
  }));
  await db.query("tracker-dead-letters", INSERT, [
    records.map((record) => record.topic),
    records.map((record) => record.partition),
    records.map((record) => record.offset.toString()),
    rows.map(
      ({ record, delivery }) => delivery?.tenant ?? record.headers["ce_pulsetenant"] ?? null,
    ),
    rows.map(({ delivery }) => delivery?.notificationId ?? null),
    rows.map(({ delivery }) => delivery?.id ?? null),
    rows.map(({ delivery }) => delivery?.channel ?? null),
    rows.map(({ origin }) => origin),
    records.map((record) => record.headers[HEADER_REASON] ?? "poison"),
    records.map((record) => record.headers[HEADER_ERROR_CODE] ?? "malformed_record"),
    records.map((record) => record.headers[HEADER_ERROR_MESSAGE] ?? ""),
    records.map((record) => Number(record.headers[HEADER_REDRIVE] ?? 0) || 0),
    records.map((record) => new Date(record.timestamp).toISOString()),
    records.map((record) => record.key),
    records.map((record) => JSON.stringify(record.headers).replaceAll("\\u0000", "")),
    records.map((record) => record.value),
  ]);
}

function deliveryOf(record: InRecord): DeliveryRecord | null {
  try {
    return DeliveryRecord.safeParse(JSON.parse(record.value?.toString() ?? "")).data ?? null;
  } catch {
    return null;
  }
}

function originOf(record: InRecord): string {
  try {
    const { topic }: { topic?: unknown } = JSON.parse(record.headers[HEADER_ORIGIN] ?? "{}");
    return typeof topic === "string" ? topic : "";
  } catch {
    return "";
  }
}
