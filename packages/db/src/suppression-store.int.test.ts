import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDb, type Db } from "./connection.ts";
import { findContacts, insertContacts } from "./contact-store.ts";
import { findSuppressed, insertSuppressions, liftStops } from "./suppression-store.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

let number = 0;
const newAddress = () => ({ tenant: "t", channel: "sms", address: `+49151${number++}` });
const reasonOf = async (one: ReturnType<typeof newAddress>) =>
  (await findSuppressed(db, [one]))?.(one) ?? null;
const suppress = (
  one: ReturnType<typeof newAddress>,
  reason: string,
  more: { at?: number; until?: number } = {},
) => insertSuppressions(db, [{ ...one, reason, provider: "p", at: Date.now(), ...more }]);

test("an address may be listed for several reasons; the one nothing passes is told first", async () => {
  const one = newAddress();
  await suppress(one, "unsubscribe");
  expect(await reasonOf(one)).toBe("unsubscribe");
  await suppress(one, "stop");
  expect(await reasonOf(one)).toBe("stop");
  await liftStops(db, [{ ...one, provider: "p", at: Date.now() + 1 }]);
  expect(await reasonOf(one)).toBe("unsubscribe");
});

test("what is there until a time ends by itself; something new prolongs it, for good if it is", async () => {
  const one = newAddress();
  const now = Date.now();
  await suppress(one, "recipient_gone", { at: now - 2_000, until: now - 1_000 });
  expect(await reasonOf(one)).toBeNull();
  await suppress(one, "recipient_gone", { at: now, until: now + 60_000 });
  expect(await reasonOf(one)).toBe("recipient_gone");
  await suppress(one, "recipient_gone", { at: now, until: now - 500 });
  expect(await reasonOf(one)).toBe("recipient_gone");
  await suppress(one, "recipient_gone", { at: now });
  await suppress(one, "recipient_gone", { at: now, until: now - 500 });
  expect(await reasonOf(one)).toBe("recipient_gone");
});

test("of STOP and START the later counts, whatever order they come in, and of both at once the STOP", async () => {
  const lift = (one: ReturnType<typeof newAddress>, at: number) =>
    liftStops(db, [{ ...one, provider: "p", at }]);
  const now = Date.now();
  const [stopFirst, startFirst, atOnce] = [newAddress(), newAddress(), newAddress()];
  await suppress(stopFirst, "stop", { at: now });
  await lift(stopFirst, now + 1);
  expect(await reasonOf(stopFirst)).toBeNull();
  await lift(startFirst, now + 1);
  await suppress(startFirst, "stop", { at: now });
  expect(await reasonOf(startFirst)).toBeNull();
  await suppress(startFirst, "stop", { at: now + 2 });
  expect(await reasonOf(startFirst)).toBe("stop");
  await lift(startFirst, now + 1);
  expect(await reasonOf(startFirst)).toBe("stop");
  await lift(atOnce, now);
  await suppress(atOnce, "stop", { at: now });
  expect(await reasonOf(atOnce)).toBe("stop");
});

test("contacts are known by tenant and channel, and their addresses are not kept", async () => {
  const one = newAddress();
  for (const _ of [1, 2])
    await insertContacts(db, [one, { ...one, tenant: "u" }, { ...one, channel: "whatsapp" }]);
  const other = newAddress().address;
  const find = async (channel: string) =>
    Object.fromEntries(await findContacts(db, channel, [one.address, other]));
  expect(await find("sms")).toEqual({ [one.address]: ["t", "u"], [other]: [] });
  expect(await find("whatsapp")).toEqual({ [one.address]: ["t"], [other]: [] });
  const rows = await db.query("all", "select * from directory.contacts", []);
  expect(JSON.stringify(rows)).not.toContain(one.address);
});
