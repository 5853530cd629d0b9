import { randomInt, randomUUID } from "node:crypto";
import { type DigestWindow, notificationId, type SagaInput } from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepsPromise } from "./decide/test-digest-promise.ts";
import { type DigestPlay, playDigest, startOf } from "./decide/test-digest-world.ts";
import { NOW, secret } from "./decide/test-saga.ts";
import { createDigestPostgres } from "./test-digest-postgres.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let postgres: ReturnType<typeof createDigestPostgres>;
beforeAll(async () => {
  database = await testDatabase();
  postgres = createDigestPostgres(database);
});
afterAll(async () => {
  await postgres.close();
  await database.close();
});

const WINDOWS: DigestWindow[] = [
  { type: "fixed", for: "PT1M" },
  { type: "sliding", for: "PT1M", max: "PT3M" },
  { type: "calendar", cron: "*/5 * * * *" },
];

function playAny(): DigestPlay {
  const people = 1 + randomInt(8);
  const picks = Array.from({ length: 15 }, () => ({
    at: randomInt(20),
    size: 1 + randomInt(6),
    again: randomInt(3) === 0,
  }));
  const cancels = Array.from({ length: randomInt(4) }, () => ({
    who: randomInt(people),
    before: randomInt(15),
  }));
  const window = WINDOWS[randomInt(WINDOWS.length)] ?? { type: "fixed", for: "PT1M" };
  return { people, window, picks, cancels };
}

test("as in memory, with two orchestrators at once: each item in one digest, and all end", async () => {
  for (let nth = 0; nth < 15; nth += 1) {
    keepsPromise(await playDigest(postgres.world, playAny(), `person-${nth}`));
  }
}, 120_000);

const window = { type: "fixed", for: "PT1H" } as const;

/** A saga of nobody else, and the leader of its digest. */
async function lead(recipient: string) {
  const { world } = postgres;
  const of = { tenant: "acme", acceptedAt: NOW, source: "/shop", eventId: "e", rule: "" };
  const about = { tenant: "acme", notificationId: notificationId(secret, { ...of, recipient }) };
  await world.take([[startOf(about, { window, recipient, n: 0, items: 20 })]]);
  const { inputs } = await world.next();
  await world.take([inputs.map(({ input }) => input)]);
  const [timer] = (await world.next()).inputs;
  if (timer === undefined) throw new Error("the leader has set no timer");
  return { about, timer };
}

test("ten thousand items: their number is exact, the first of them are told, and every member hears", async () => {
  const { world, db } = postgres;
  const { about, timer } = await lead("many");
  await db.pool.query(
    `insert into saga.digest_items (digest, saga_id, notification_id, item)
     select digest, gen_random_uuid(), gen_random_uuid(), json_build_object('n', n)::text
     from saga.digests, generate_series(1, 9999) as n`,
  );
  await world.travelTo(timer.dueAt);
  await world.take([[timer.input]]);
  const { inputs } = await world.next();
  const answers = inputs.flatMap(({ input }) => (input.type === "answered" ? [input.answer] : []));
  const collected = answers.filter(({ kind }) => kind === "digest_collected");
  expect(collected).toHaveLength(9_999);
  const closed = answers.find((answer) => answer.kind === "digest_closed");
  expect(closed).toMatchObject({ count: 10_000 });
  expect(closed?.items.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(new Set(inputs.map(({ input }) => input.id)).size).toBe(10_000);
  expect(await world.isEmpty()).toBe(true);
  // Over again, as after a crash before the offset was committed.
  await world.take([[timer.input]]);
  expect((await world.next()).inputs).toEqual([]);
  await finish(
    about.notificationId,
    inputs.map(({ input }) => input),
  );
}, 60_000);

async function finish(id: string, inputs: SagaInput[]): Promise<void> {
  await postgres.world.take([inputs.filter((one) => one.notificationId === id)]);
  expect((await postgres.world.next()).waves).toMatchObject([{ notificationId: id }]);
}

test("items too large for a record: fewer of them, and the same number", async () => {
  const { world, db } = postgres;
  const { timer } = await lead("large");
  await db.pool.query(
    `insert into saga.digest_items (digest, saga_id, notification_id, item)
     select digest, $1, $2, json_build_object('text', repeat('x', 150000))::text
     from saga.digests, generate_series(1, 1)`,
    [randomUUID(), randomUUID()],
  );
  await db.pool.query(
    `insert into saga.digest_items (digest, saga_id, notification_id, item)
     select digest, $1, $2, json_build_object('text', repeat('x', 60000))::text
     from saga.digests, generate_series(1, 1)`,
    [randomUUID(), randomUUID()],
  );
  await world.travelTo(timer.dueAt);
  await world.take([[timer.input]]);
  const { inputs } = await world.next();
  const [closed] = inputs.flatMap(({ input }) =>
    input.type === "answered" && input.answer.kind === "digest_closed" ? [input.answer] : [],
  );
  expect(closed?.count).toBe(3);
  expect(closed?.items).toHaveLength(2);
});
