import { newPhone } from "../test-phone.ts";
import { testReceipts } from "../test-receipts.ts";

testReceipts({
  provider: "whatsapp",
  channel: "whatsapp",
  newAddress: newPhone,
  send: (url, { to, tenant, notificationId, deliveryId }) =>
    fetch(`${url}/v23.0/106540352242922/messages`, {
      method: "POST",
      headers: { authorization: "Bearer token", "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        type: "text",
        text: { body: "Hello" },
        biz_opaque_callback_data: new URLSearchParams({
          delivery_id: deliveryId,
          notification_id: notificationId,
          tenant,
        }).toString(),
      }),
    }),
  forge: {
    "a space more": (callback) => ({
      ...callback,
      body: Buffer.concat([callback.body, Buffer.from(" ")]),
    }),
    "the older signature alone": ({ headers, ...callback }) => ({
      ...callback,
      headers: {
        "content-type": "application/json",
        "x-hub-signature": headers["x-hub-signature-256"] ?? "",
      },
    }),
    unsigned: (callback) => ({ ...callback, headers: { "content-type": "application/json" } }),
  },
  signsTime: false,
  bounced: "recipient_gone",
});
