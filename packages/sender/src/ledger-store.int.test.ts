import { randomUUID } from "node:crypto";
import { createDb, type Db } from "@pulsecourier/db";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLedgerStore, type LedgerStore, type LedgerWrite } from "./ledger-store.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
let us: LedgerStore;
let them: LedgerStore;
const owners = { us: randomUUID(), them: randomUUID() };

beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, max: 4, onError: () => undefined });
  us = createLedgerStore(db, { owner: owners.us, leaseMs: 60_000 });
  them = createLedgerStore(db, { owner: owners.them, leaseMs: 60_000 });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const write = (id: string, fields: Partial<LedgerWrite> = {}): LedgerWrite => ({
  id,
  tenant: "default",
  state: "calling",
  redrive: 0,
  attempt: 1,
  ...fields,
});
const took = async (store: LedgerStore, one: LedgerWrite) =>
  !(await store.write([one])).refused.has(one.id);
const rowOf = async (id: string) => (await us.read([id])).get(id);
const endLease = (id: string) =>
  db.kysely
    .updateTable("ledger.deliveries")
    .set({ lease_until: new Date(0) })
    .where("id", "=", id)
    .execute();

describe("claims", () => {
  type Row = [state: LedgerWrite["state"], redrive: number, attempt: number];
  test.each<[Row, Row, boolean]>([
    [["retry", 0, 1], ["calling", 0, 2], true],
    [["retry", 0, 1], ["calling", 0, 1], false],
    [["retry", 0, 2], ["calling", 0, 1], false],
    [["retry", 1, 1], ["calling", 0, 2], false],
    [["waiting", 0, 2], ["calling", 0, 2], true],
    [["waiting", 0, 2], ["calling", 0, 1], false],
    [["failed", 0, 3], ["calling", 0, 4], false],
    [["failed", 0, 3], ["calling", 1, 1], true],
    [["sent", 0, 1], ["calling", 1, 1], false],
    [["cancelled", 0, 1], ["calling", 1, 1], false],
    [["expired", 0, 1], ["calling", 1, 1], false],
    [["calling", 0, 1], ["calling", 0, 2], false],
  ])(
    "on %s, %s: %s",
    async ([state, redrive, attempt], [, nextRedrive, nextAttempt], claimable) => {
      const id = randomUUID();
      expect(await took(them, write(id, { redrive, attempt }))).toBe(true);
      if (state !== "calling")
        expect(await took(them, write(id, { state, redrive, attempt }))).toBe(true);
      const before = await rowOf(id);
      expect(await took(us, write(id, { redrive: nextRedrive, attempt: nextAttempt }))).toBe(
        claimable,
      );
      const after = await rowOf(id);
      if (claimable)
        expect(after).toMatchObject({
          state: "calling",
          owner: owners.us,
          attempt: nextAttempt,
          nextAt: 0,
        });
      else expect(after).toEqual({ ...before, now: after?.now });
    },
  );

  test("our own claim is renewed, another's is not touched", async () => {
    const id = randomUUID();
    await us.write([write(id)]);
    await endLease(id);
    expect(await took(us, write(id))).toBe(true);
    expect((await rowOf(id))?.leaseUntil).toBeGreaterThan(Date.now());
    expect(await took(them, write(id))).toBe(false);
  });
});

describe("settles", () => {
  test.each(["retry", "waiting", "failed", "cancelled", "expired"] as const)(
    "%s matches owner and attempt",
    async (state) => {
      const id = randomUUID();
      await us.write([write(id, { attempt: 2 })]);
      expect(await took(them, write(id, { state, attempt: 2 }))).toBe(false);
      expect(await took(us, write(id, { state, attempt: 1 }))).toBe(false);
      expect(
        await took(
          us,
          write(id, { state, attempt: 2, delayMs: 5_050, errorCode: "provider_unavailable" }),
        ),
      ).toBe(true);
      const row = await rowOf(id);
      expect(row).toMatchObject({ state, attempt: 2, owner: null });
      expect((row?.nextAt ?? 0) - (row?.updatedAt ?? 0)).toBeCloseTo(5_050, 2);
    },
  );

  test("a lost owner's late `sent` wins, and the new owner's outcome is refused", async () => {
    const id = randomUUID();
    await us.write([write(id)]);
    await endLease(id);
    const row = await rowOf(id);
    if (row === undefined) throw new Error("no row");
    const taken = await them.takeOver([{ row, redrive: 0, attempt: 1, state: "calling" }]);
    expect(taken.get(id)).toEqual({ possibleDuplicates: 1, devices: null });
    expect(await took(us, write(id, { state: "retry" }))).toBe(false);
    expect(
      await took(us, write(id, { state: "sent", provider: "ours", providerMessageId: "m" })),
    ).toBe(true);
    expect(await took(them, write(id, { state: "retry" }))).toBe(false);
    expect(await took(them, write(id, { state: "sent", provider: "theirs" }))).toBe(false);
    expect(await rowOf(id)).toMatchObject({
      state: "sent",
      provider: "ours",
      possibleDuplicates: 1,
    });
  });

  test("doubts add up and come back with the next claim", async () => {
    const id = randomUUID();
    await us.write([write(id)]);
    await us.write([write(id, { state: "retry", errorCode: "provider_timeout", doubt: true })]);
    const result = await us.write([write(id, { attempt: 2 })]);
    expect(result.remembered.get(id)).toMatchObject({ possibleDuplicates: 1 });
    expect(result.refused.size).toBe(0);
  });

  test("what became of devices stays and comes back with each claim", async () => {
    const id = randomUUID();
    await us.write([write(id)]);
    await us.write([write(id, { devices: "{1}" })]);
    await us.write([write(id, { state: "retry", errorCode: "provider_unavailable" })]);
    const result = await us.write([write(id, { attempt: 2 })]);
    expect(result.remembered.get(id)).toEqual({ possibleDuplicates: 0, devices: "{1}" });
    expect((await rowOf(id))?.devices).toBe("{1}");
  });
});

describe("calls nobody finished", () => {
  test("are taken over by one sender only, and never while the lease lasts", async () => {
    const id = randomUUID();
    await db.kysely
      .insertInto("ledger.deliveries")
      .values({
        ...write(id),
        owner: randomUUID(),
        lease_until: new Date(Date.now() + 60_000),
        possible_duplicates: 0,
      })
      .execute();
    const row = await rowOf(id);
    if (row === undefined) throw new Error("no row");
    const call = { row, redrive: 0, attempt: 1, state: "calling" } as const;
    expect((await us.takeOver([call])).size).toBe(0);
    await endLease(id);
    const both = await Promise.all([us.takeOver([call]), them.takeOver([call])]);
    expect(both.filter((taken) => taken.has(id))).toHaveLength(1);
  });

  test("are given up with outcome_unknown", async () => {
    const id = randomUUID();
    await us.write([write(id)]);
    await endLease(id);
    const row = await rowOf(id);
    if (row === undefined) throw new Error("no row");
    await them.takeOver([{ row, redrive: 0, attempt: 1, state: "failed" }]);
    expect(await rowOf(id)).toMatchObject({
      state: "failed",
      errorCode: "outcome_unknown",
      owner: null,
    });
  });
});

test("waves of two senders over the same rows in opposite order never deadlock", async () => {
  const ids = Array.from({ length: 200 }, () => randomUUID());
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const claims = ids.map((id) => write(id, { attempt }));
    const [ours, theirs] = await Promise.all([us.write(claims), them.write(claims.toReversed())]);
    expect(ours.refused.size + theirs.refused.size).toBe(200);
    const mine = ids
      .filter((id) => !ours.refused.has(id))
      .map((id) => write(id, { state: "retry", attempt }));
    const others = ids
      .filter((id) => !theirs.refused.has(id))
      .map((id) => write(id, { state: "retry", attempt }));
    const settled = await Promise.all([us.write(mine), them.write(others)]);
    expect(settled.every((wave) => wave.refused.size === 0)).toBe(true);
  }
});
