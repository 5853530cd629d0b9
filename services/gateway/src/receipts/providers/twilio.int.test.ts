import { newPhone } from "../test-phone.ts";
import { testReceipts } from "../test-receipts.ts";

testReceipts({
  provider: "twilio",
  channel: "sms",
  newAddress: newPhone,
  send(url, { to, tenant, notificationId, deliveryId, callbackUrl }) {
    const account = `AC${"0".repeat(32)}`;
    const callback = new URL(callbackUrl);
    callback.searchParams.set("tenant", tenant);
    callback.searchParams.set("notification_id", notificationId);
    callback.searchParams.set("delivery_id", deliveryId);
    return fetch(`${url}/2010-04-01/Accounts/${account}/Messages.json`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:token`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        To: to,
        From: "+15005550006",
        Body: "Hello",
        StatusCallback: callback.href,
      }),
    });
  },
  forge: {
    "a field more": (callback) => ({
      ...callback,
      body: Buffer.concat([callback.body, Buffer.from("&a=b")]),
    }),
    "another notification": (callback) => ({ ...callback, path: `${callback.path}0` }),
    unsigned: (callback) => ({
      ...callback,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }),
  },
  signsTime: false,
  bounced: "hard_bounce",
});
