import type { ColumnType, Generated } from "kysely";

/** `timestamptz` reads as Date and is written as Date or left to its default. */
export type Time = ColumnType<Date, Date | undefined, Date>;
/** `jsonb` reads parsed and is written as JSON text. */
export type Json<T> = ColumnType<T, string, string>;
/** `bigint` reads as text, since it can exceed 2^53. */
export type Big = ColumnType<string, string | number, string | number>;

/** Records committed with what they tell of, until Kafka has them. */
export type Outbox = {
  id: Generated<string>;
  topic: string;
  key: string | null;
  headers: Json<Record<string, string>>;
  value: Buffer;
  created_at: Time;
};
