import type { InRecord } from "@pulsecourier/kafka";
import { expect, test } from "vitest";
import { parseWork } from "./parse-work.ts";

const delivery = {
  id: "01a1fd77-4a59-07b5-ef3b-9b375bfb1d65",
  notificationId: "01a1fd77-4a59-07b5-ef3b-9b375bfb1d66",
  eventId: "e",
  tenant: "default",
  channel: "email",
  lane: "normal",
  category: null,
  acceptedAt: 1,
  onUnknown: "at_least_once",
  optOut: false,
  sandbox: false,
  recipient: { id: "ada" },
  address: "a@b.c",
  data: {},
};

function parse(
  value: unknown,
  headers: Record<string, string> = {},
  redirectAllTo?: Parameters<typeof parseWork>[2],
) {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  const record: InRecord = {
    topic: "t",
    partition: 0,
    offset: 0n,
    timestamp: 0,
    key: null,
    value: bytes,
    headers,
  };
  return parseWork(
    {
      record,
      lost: () => false,
      setAside: () => undefined,
      resume: () => undefined,
      done: () => undefined,
    },
    "email",
    redirectAllTo,
  );
}

test("a delivery with its counts", () => {
  const headers = { "ntf-attempt": "3", "ntf-redrive": "1", "ntf-waits": "2" };
  expect(parse(delivery, headers)).toMatchObject({
    ok: true,
    work: { delivery, redrive: 1, attempt: 3, waits: 2 },
  });
  expect(parse(delivery)).toMatchObject({ ok: true, work: { redrive: 0, attempt: 1, waits: 0 } });
});

test.each([
  ["no JSON", Buffer.from("{")],
  ["no bytes", Buffer.alloc(0)],
  ["invalid UTF-8", Buffer.from([0xff, 0xfe])],
  ["a list", []],
  ["a number", 7],
  ["null", null],
  ["an id in capitals", { ...delivery, id: delivery.id.toUpperCase() }],
  ["a tenant Postgres cannot hold", { ...delivery, tenant: "a\0b" }],
  ["data that is a list", { ...delivery, data: [] }],
  ["another channel", { ...delivery, channel: "inapp" }],
  ["an unknown lane", { ...delivery, lane: "fast" }],
])("%s is no delivery, and says so", (_, value) => {
  expect(parse(value)).toMatchObject({ ok: false, detail: expect.stringMatching(/./) });
});

test.each(["0", "-1", "1.5", "x", "99999", ""])("attempt `%s` is refused", (attempt) => {
  expect(parse(delivery, { "ntf-attempt": attempt })).toMatchObject({
    ok: false,
    names: { id: delivery.id },
  });
});

test("a broken delivery still says what it is called", () => {
  const names = { id: delivery.id, notificationId: delivery.notificationId, tenant: "default" };
  expect(parse({ ...delivery, address: 7 })).toMatchObject({ ok: false, names });
  expect(parse({ ...delivery, id: "x" })).toMatchObject({ ok: false, names: null });
});

test("where the whole platform is redirected, whatever the record says", () => {
  const to = { email: "qa@example.com" };
  const redirected = { address: "qa@example.com", redirected: "address", sandbox: false };
  expect(parse(delivery, {}, to)).toMatchObject({ work: { delivery: redirected } });
  const before = { ...delivery, address: "tenants-qa@example.com", redirected: "address" };
  expect(parse(before, {}, to)).toMatchObject({ work: { delivery: redirected } });
  const diverted = { address: "a@b.c", redirected: "accounts", sandbox: true };
  expect(parse(delivery, {}, {})).toMatchObject({ work: { delivery: diverted } });
  const sandboxed = { ...delivery, sandbox: true };
  expect(parse(sandboxed, {}, to)).toMatchObject({ work: { delivery: sandboxed } });
});
