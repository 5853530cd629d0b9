import { randomUUID } from "node:crypto";
import { testReceipts } from "../test-receipts.ts";

testReceipts({
  provider: "sendgrid",
  channel: "email",
  newAddress: () => `${randomUUID()}@example.com`,
  send: (url, { to, ...ours }) =>
    fetch(`${url}/v3/mail/send`, {
      method: "POST",
      headers: { authorization: "Bearer SG.key", "content-type": "application/json" },
      body: JSON.stringify({
        personalizations: [
          {
            to: [{ email: to }],
            custom_args: {
              delivery_id: ours.deliveryId,
              notification_id: ours.notificationId,
              tenant: ours.tenant,
            },
          },
        ],
        from: { email: "shop@shop.example" },
        subject: "Hello",
        content: [{ type: "text/plain", value: "Hello" }],
      }),
    }),
  forge: {
    "a space more": (callback) => ({
      ...callback,
      body: Buffer.concat([callback.body, Buffer.from(" ")]),
    }),
    "another time": ({ headers, ...callback }) => ({
      ...callback,
      headers: {
        ...headers,
        "x-twilio-email-event-webhook-timestamp": String(Math.floor(Date.now() / 1_000) - 2),
      },
    }),
    unsigned: (callback) => ({ ...callback, headers: { "content-type": "application/json" } }),
  },
  signsTime: true,
  bounced: "hard_bounce",
});
