import { expect, test } from "vitest";
import { vonage } from "./vonage.ts";

const read = (body: unknown, query = "?tenant=acme&notification_id=n1") =>
  vonage.read({
    url: `https://x.example/v1/providers/vonage/webhooks${query}`,
    headers: {},
    rawBody: Buffer.from(JSON.stringify(body)),
    now: 1_000,
    toleranceMs: 0,
  });
const status = (more: object) => ({
  channel: "sms",
  message_uuid: "u1",
  to: "4915112345678",
  from: "447700900001",
  timestamp: "2026-11-21T10:00:00.000Z",
  client_ref: "d1",
  ...more,
});

test("statuses become receipts of what URL and reference name; `submitted` is left out", () => {
  expect(read(status({ status: "submitted" }))).toEqual([]);
  expect(read(status({ status: "delivered" }))).toEqual([
    {
      eventId: "u1:delivered",
      kind: "delivered",
      at: Date.parse("2026-11-21T10:00:00.000Z"),
      reference: { tenant: "acme", notificationId: "n1", deliveryId: "d1" },
      providerMessageId: "u1",
    },
  ]);
  expect(read(status({ status: "read" }), "")).toMatchObject([{ reference: null }]);
  const bare = status({ status: "read", client_ref: undefined, timestamp: "soon" });
  expect(read(bare)).toMatchObject([{ at: 1_000, reference: { deliveryId: "" } }]);
});

test.each([
  ["1190", "hard_bounce"],
  ["1170", "hard_bounce"],
  ["1240", "stop"],
  ["1220", undefined],
])("error %s", (code, reason) => {
  const type = `https://developer.vonage.com/api-errors/messages#${code}`;
  for (const error of [{ type, title: "no" }, { title: Number(code) }]) {
    const [receipt] = read(status({ status: "rejected", error }));
    expect(receipt).toMatchObject({ kind: "bounced" });
    expect(receipt && "suppress" in receipt ? receipt.suppress : undefined).toEqual(
      reason && { address: "+4915112345678", reason },
    );
  }
});

test("what recipients write is read for its wish", () => {
  const message = status({ message_type: "text", text: "UNSUBSCRIBE", from: "4915112345678" });
  expect(read(message, "")).toEqual([
    {
      kind: "inbound",
      eventId: "u1",
      at: Date.parse("2026-11-21T10:00:00.000Z"),
      from: "+4915112345678",
      wish: "stop",
    },
  ]);
  expect(read({ ...message, text: "hello" })).toMatchObject([{ wish: null }]);
  expect(read({ ...message, channel: "viber" })).toEqual([]);
});

test.each([null, [], "x", {}])("%j says nothing", (body) => {
  expect(read(body)).toEqual([]);
});
