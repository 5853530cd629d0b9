import { newPhone } from "../test-phone.ts";
import { testReceipts } from "../test-receipts.ts";

testReceipts({
  provider: "vonage",
  channel: "sms",
  newAddress: newPhone,
  send(url, { to, tenant, notificationId, deliveryId, callbackUrl }) {
    const callback = new URL(callbackUrl);
    callback.searchParams.set("tenant", tenant);
    callback.searchParams.set("notification_id", notificationId);
    return fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { authorization: "Basic a2V5OnNlY3JldA==", "content-type": "application/json" },
      body: JSON.stringify({
        channel: "sms",
        message_type: "text",
        to: to.slice(1),
        from: "Shop",
        text: "Hello",
        client_ref: deliveryId,
        webhook_url: callback.href,
        webhook_version: "v1",
      }),
    });
  },
  forge: {
    "a space more": (callback) => ({
      ...callback,
      body: Buffer.concat([callback.body, Buffer.from(" ")]),
    }),
    "no algorithm": ({ headers, ...callback }) => ({
      ...callback,
      headers: {
        ...headers,
        authorization: (headers["authorization"] ?? "").replace(
          /Bearer [^.]+\.([^.]+)\..*/,
          `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.$1.`,
        ),
      },
    }),
    unsigned: (callback) => ({ ...callback, headers: { "content-type": "application/json" } }),
  },
  signsTime: true,
  bounced: "hard_bounce",
});
