import { randomUUID } from "node:crypto";
import { createDb, type Db } from "@pulsecourier/db";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepAttachments, unnameExpired } from "./attachment-row-store.ts";

const tenant = "default";
let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, max: 8, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

/** Ids of attachments whose time has passed, by their objects. */
async function insertExpired(count: number): Promise<Map<string, string>> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const rows = await db.query<{ object: string; id: string }>(
    "insert-expired",
    `insert into gateway.attachments (object, tenant, id, filename, content_type, size, sha256, expires_at)
     select gen_random_uuid(), $1, id, 'a.pdf', 'application/pdf', 1, '', now() - interval '1 hour'
     from unnest($2::uuid[]) as id returning object, id`,
    [tenant, ids],
  );
  return new Map(rows.map(({ object, id }) => [object, id]));
}

test("what expires is either kept by all who name it or taken by clean-up, never both", async () => {
  const attachments = await insertExpired(400);
  const ids = [...attachments.values()];
  const until = new Date(Date.now() + 3_600_000);
  const taken = new Set<string>();
  const cleanUp = async () => {
    for (const { object } of await unnameExpired(db, 5)) taken.add(attachments.get(object) ?? "");
  };
  const keep = async (some: string[]) => {
    const kept = await keepAttachments(db, { tenant, ids: some, until });
    return { some, kept };
  };
  const cleaning = Promise.all(Array.from({ length: 40 }, cleanUp));
  // Each id is named by two at once, in opposite orders.
  const answers = await Promise.all(
    Array.from({ length: 80 }, (_, index) => {
      const some = ids.slice((index % 40) * 10, (index % 40) * 10 + 10);
      return keep(index < 40 ? some : some.toReversed());
    }),
  );
  await cleaning;
  for (const { some, kept } of answers)
    expect(some.filter((id) => kept.has(id) === taken.has(id))).toEqual([]);
  expect(taken.size).toBeGreaterThan(0);
  expect(taken.size).toBeLessThan(ids.length);
});

test("what lasts long enough is not written again", async () => {
  const ids = [...(await insertExpired(1)).values()];
  const until = new Date(Date.now() + 3_600_000);
  await keepAttachments(db, { tenant, ids, until });
  const version = () =>
    db.query<{ xmin: string }>("xmin", "select xmin::text from gateway.attachments where id = $1", [
      ids[0],
    ]);
  const before = await version();
  expect((await keepAttachments(db, { tenant, ids, until })).size).toBe(1);
  expect(await version()).toEqual(before);
});
