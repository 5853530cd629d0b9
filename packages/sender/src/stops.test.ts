import type { DeliveryRecord } from "@pulsecourier/contracts";
import type { Stop } from "@pulsecourier/db";
import { expect, test } from "vitest";
import { createAccount, createAccounts } from "./account.ts";
import { createStops } from "./stops.ts";

const sends = { send: async () => ({ kind: "sent" as const }) };

function setUp() {
  const live = ["first", "second"].map((name) => createAccount(name, sends));
  const accounts = createAccounts(live, [createAccount("first", sends)]);
  return { stops: createStops({ channel: "email", accounts }), accounts };
}

let count = 0;
function stop(target: Partial<Pick<Stop, "channel" | "account" | "tenant">>): Stop {
  count += 1;
  const id = `stop-${count}`;
  const nothing = { channel: null, account: null, tenant: null };
  return { ...nothing, ...target, id, reason: "why", by: "me", at: new Date(0) };
}

const delivery = (fields: Partial<DeliveryRecord> = {}) =>
  ({ tenant: "acme", sandbox: false, address: "ada@example.com", ...fields }) as DeliveryRecord;

test("nothing stopped holds nothing", () => {
  const { stops, accounts } = setUp();
  stops.adopt([stop({ channel: "sms" }), stop({ channel: "sms", tenant: "acme" })]);
  expect(stops.holding(delivery())).toBeNull();
  expect(stops.describe()).toBeNull();
  expect(stops.everything()).toBe(false);
  expect(accounts.capacity()).toBe(Number.POSITIVE_INFINITY);
});

test("a tenant is held on the channels the stop is of, others go on", () => {
  const { stops } = setUp();
  const all = stop({ tenant: "acme" });
  const here = stop({ tenant: "shop", channel: "email" });
  stops.adopt([all, here]);
  expect(stops.holding(delivery())).toEqual({
    stops: [all.id],
    reason: "tenant acme is stopped: why",
  });
  expect(stops.holding(delivery({ tenant: "shop" }))?.stops).toEqual([here.id]);
  expect(stops.holding(delivery({ tenant: "third" }))).toBeNull();
  expect(stops.everything()).toBe(false);
});

test("a stopped channel holds everybody's", () => {
  const { stops } = setUp();
  stops.adopt([stop({ channel: "email" })]);
  expect(stops.holding(delivery())?.reason).toBe("channel email is stopped: why");
  expect(stops.holding(delivery({ sandbox: true }))).not.toBeNull();
  expect(stops.everything()).toBe(true);
  stops.adopt([]);
  expect(stops.holding(delivery())).toBeNull();
  expect(stops.everything()).toBe(false);
});

test("a stopped account takes no calls; deliveries are held when no account is left", () => {
  const { stops, accounts } = setUp();
  const first = stop({ channel: "email", account: "first" });
  const second = stop({ channel: "email", account: "second" });
  stops.adopt([first]);
  expect(accounts.of(false).map((account) => account.stop?.id)).toEqual([first.id, undefined]);
  expect(stops.holding(delivery())).toBeNull();
  stops.adopt([second, first]);
  expect(stops.holding(delivery())).toEqual({
    stops: [first.id, second.id].toSorted(),
    reason: "account first of email is stopped: why; account second of email is stopped: why",
  });
  expect(stops.everything()).toBe(true);
  // Its account is another one of the same name.
  expect(stops.holding(delivery({ sandbox: true }))).toBeNull();
  stops.adopt([second]);
  expect(stops.holding(delivery())).toBeNull();
});

test("of several devices all are held, or each for itself", () => {
  const takes = (service: string) => ({
    ...sends,
    takes: (address: string) => address.startsWith(service),
  });
  const accounts = createAccounts(
    ["fcm", "apns"].map((name) => createAccount(name, takes(name))),
    [],
  );
  const stops = createStops({ channel: "push", accounts });
  const fcm = stop({ channel: "push", account: "fcm" });
  const apns = stop({ channel: "push", account: "apns" });
  const both = delivery({ address: "fcm:1", moreAddresses: ["apns:2"] });
  stops.adopt([fcm]);
  expect(stops.holding(both)).toBeNull();
  expect(stops.holding(both, ["fcm:1"])?.stops).toEqual([fcm.id]);
  expect(stops.holding(both, ["apns:2"])).toBeNull();
  stops.adopt([fcm, apns]);
  expect(stops.holding(both)?.stops).toEqual([fcm.id, apns.id].toSorted());
  // Nobody takes it: that is for the call to say.
  expect(stops.holding(delivery({ address: "webpush:3" }))).toBeNull();
});

test("what has expired is not held, so that it can end", () => {
  const { stops } = setUp();
  stops.adopt([stop({ tenant: "acme" })]);
  expect(stops.holding(delivery({ expiresAt: Date.now() - 1 }))).toBeNull();
  expect(stops.holding(delivery({ expiresAt: Date.now() + 60_000 }))).not.toBeNull();
});

test("a stop of an account that is not there says so", () => {
  const { stops } = setUp();
  stops.adopt([stop({ channel: "email", account: "frist" })]);
  expect(stops.describe()).toBe("account frist of email (no such account here): why");
});

test("a reason with an address does not take it into the timeline", () => {
  const { stops } = setUp();
  stops.adopt([{ ...stop({ tenant: "acme" }), reason: "asked by ada@example.com" }]);
  expect(stops.holding(delivery())?.reason).not.toContain("ada@");
});

test("those who wait for accounts hear of every change", () => {
  const { stops, accounts } = setUp();
  let heard = 0;
  accounts.onAvailable(() => (heard += 1));
  const one = stop({ channel: "email", account: "first" });
  stops.adopt([one]);
  stops.adopt([one]);
  stops.adopt([]);
  expect(heard).toBe(2);
});
