import { randomUUID } from "node:crypto";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  byteaArray,
  float8Array,
  int2Array,
  int4Array,
  textArray,
  timestamptzArray,
  uuidArray,
} from "./array-param.ts";
import { createDb, type Db } from "./connection.ts";

let db: Db;
let close: () => Promise<void>;
beforeAll(async () => {
  const database = await testDatabase();
  db = createDb({ url: database.url, onError: () => undefined });
  close = async () => {
    await db.close();
    await database.close();
  };
});
afterAll(() => close());

const HARD_TEXT = ["", "NULL", '{"a": [1, "\\"]}', "a,b", "ü € 😀", "two\nlines", null];
const ids = [randomUUID(), randomUUID(), null];

test.each([
  { type: "uuid[]", made: uuidArray, values: ids },
  { type: "text[]", made: textArray, values: HARD_TEXT },
])("strings as $type are what Postgres has of them", async ({ type, made, values }) => {
  const name = `array-param-${type}`;
  const [row] = await db.query<{ back: unknown }>(name, `select $1::${type}::text[] as back`, [
    made(values),
  ]);
  expect(row?.back).toEqual(values);
});

test.each([
  { type: "int2[]", made: int2Array, values: [0, -1, 32_767, null] },
  { type: "int4[]", made: int4Array, values: [0, -1, 2_147_483_647, null] },
  { type: "float8[]", made: float8Array, values: [0.5, -1e300, 12, null] },
])("numbers as $type are what Postgres has of them", async ({ type, made, values }) => {
  const name = `array-param-${type}`;
  const [row] = await db.query<{ back: unknown }>(name, `select $1::${type}::float8[] as back`, [
    made(values),
  ]);
  expect(row?.back).toEqual(values);
});

test("times keep their milliseconds, before 2000 too", async () => {
  const values = [Date.UTC(2026, 10, 21, 12, 0, 0, 123), Date.UTC(1985, 0, 1, 0, 0, 0, 7), null];
  const [row] = await db.query<{ back: (Date | null)[] }>(
    "array-param-times",
    "select $1::timestamptz[] as back",
    [timestamptzArray(values)],
  );
  expect(row?.back.map((time) => time?.getTime() ?? null)).toEqual(values);
});

test("bytes are what Postgres has of them", async () => {
  const values = [Buffer.from([0, 255, 92, 34]), Buffer.alloc(0), null];
  const [row] = await db.query<{ back: unknown }>(
    "array-param-bytes",
    "select $1::bytea[] as back",
    [byteaArray(values)],
  );
  expect(row?.back).toEqual(values);
});

test("an empty array is empty", async () => {
  const [row] = await db.query<{ back: unknown }>("array-param-none", "select $1::uuid[] as back", [
    uuidArray([]),
  ]);
  expect(row?.back).toEqual([]);
});
