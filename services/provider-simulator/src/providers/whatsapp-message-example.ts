/** The requests our WhatsApp sender makes, as examples for tests. */
export const whatsappTemplate = {
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to: "+4915112345678",
  type: "template",
  template: {
    name: "order_shipped",
    language: { policy: "deterministic", code: "en_US" },
    components: [
      {
        type: "body",
        parameters: [
          { type: "text", text: "A-17" },
          { type: "text", text: "DHL 👋" },
        ],
      },
    ],
  },
  biz_opaque_callback_data: "delivery_id=d1",
};

export const whatsappText = {
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to: "+4915112345678",
  type: "text",
  text: { body: "Order A-17 is on its way 👋" },
  biz_opaque_callback_data: "delivery_id=d1",
};

/** Posts a message to a simulator. */
export function whatsappSend(
  url: string,
  message: unknown,
  headers: Record<string, string> = { authorization: "Bearer token" },
): Promise<Response> {
  return fetch(`${url}/v23.0/106540352242922/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(message),
  });
}
