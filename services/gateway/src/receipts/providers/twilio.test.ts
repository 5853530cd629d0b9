import { expect, test } from "vitest";
import { twilio } from "./twilio.ts";

const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
const form = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+12349013030",
  Digits: "1234",
  From: "+12349013030",
  To: "+18005551212",
};
const request = (signature: string, fields: Record<string, string> = form, at = url) => ({
  url: at,
  headers: { "x-twilio-signature": signature },
  rawBody: Buffer.from(new URLSearchParams(fields).toString()),
  now: 1_000,
  toleranceMs: 1,
});
// The example of Twilio's documentation, token 12345.
const genuine = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";

test("the vendor's own example verifies, and nothing else does", async () => {
  const verify = twilio.open({ TWILIO_WEBHOOK_AUTH_TOKEN: "12345" })?.verify;
  expect(await verify?.(request(genuine))).toBe(true);
  expect(await verify?.(request(genuine, { ...form, Digits: "1235" }))).toBe(false);
  expect(await verify?.(request(genuine, form, `${url}&x=1`))).toBe(false);
  expect(await verify?.(request("AAAA"))).toBe(false);
  expect(await twilio.open({ TWILIO_WEBHOOK_AUTH_TOKEN: "54321" })?.verify(request(genuine))).toBe(
    false,
  );
  expect(twilio.open({})).toBeNull();
});

test("statuses become receipts of what the URL names; those on the way are left out", () => {
  const at =
    "https://x.example/v1/providers/twilio/webhooks?tenant=acme&notification_id=n1&delivery_id=d1";
  const read = (fields: Record<string, string>) =>
    twilio.read(request("", { MessageSid: "SM1", To: "+49151234567", ...fields }, at));
  expect(read({ MessageStatus: "sent" })).toEqual([]);
  expect(read({ MessageStatus: "delivered" })).toMatchObject([
    {
      eventId: "SM1:delivered",
      kind: "delivered",
      reference: { tenant: "acme", notificationId: "n1", deliveryId: "d1" },
    },
  ]);
  const failed = (ErrorCode: string) =>
    read({ MessageStatus: "undelivered", ErrorCode }).find((one) => one.kind !== "inbound");
  expect(failed("30005")).toMatchObject({
    kind: "bounced",
    detail: "Twilio error 30005",
    suppress: { address: "+49151234567", reason: "hard_bounce" },
  });
  expect(failed("21610")?.suppress?.reason).toBe("stop");
  expect(failed("30003")?.suppress).toBeUndefined();
});

test("what recipients write is read for its wish; Twilio's own verdict counts first", () => {
  const at = "https://x.example/v1/providers/twilio/webhooks";
  const read = (fields: Record<string, string>) =>
    twilio.read(
      request("", { MessageSid: "SM1", From: "+49151", SmsStatus: "received", ...fields }, at),
    );
  expect(read({ Body: " stop " })).toEqual([
    { kind: "inbound", eventId: "SM1", from: "+49151", wish: "stop" },
  ]);
  expect(read({ Body: "Unstop" })).toMatchObject([{ wish: "start" }]);
  expect(read({ Body: "arrêt", OptOutType: "STOP" })).toMatchObject([{ wish: "stop" }]);
  expect(read({ Body: "help", OptOutType: "HELP" })).toMatchObject([{ wish: null }]);
  expect(read({})).toMatchObject([{ wish: null }]);
  expect(read({ SmsStatus: "sent", Body: "stop" })).toEqual([]);
});
