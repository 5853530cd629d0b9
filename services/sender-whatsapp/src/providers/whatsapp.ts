import { integer, secret, text, url } from "@pulsecourier/runtime";
import { defineProvider, httpAccount } from "@pulsecourier/sender";
import { z } from "zod";
import { templateParameters } from "../template-parameters.ts";
import { readAnswer } from "./read-answer.ts";

const env = z.object({
  WHATSAPP_PHONE_NUMBER_ID: text()
    .regex(/^\d{5,25}$/, "expected the number's id, digits only; it is not the phone number")
    .describe("Id of the business phone number that sends"),
  WHATSAPP_ACCESS_TOKEN: secret().describe(
    "Access token of a system user with whatsapp_business_messaging",
  ),
  WHATSAPP_API_VERSION: integer({ min: 20, max: 99 })
    .default(23)
    .describe("Major version of Meta's Graph API"),
  WHATSAPP_BASE_URL: url("https", "http")
    .default("https://graph.facebook.com")
    .describe("Meta's Graph API"),
});

/**
 * Meta's WhatsApp Cloud API, `POST /v{N}.0/{phone number id}/messages`
 * (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages). It knows no idempotency key; what
 * `biz_opaque_callback_data` says of the delivery comes back with each status.
 */
export const whatsapp = defineProvider({
  name: "whatsapp",
  env,
  create: (config, deps) => {
    const path = `/v${config.WHATSAPP_API_VERSION}.0/${config.WHATSAPP_PHONE_NUMBER_ID}/messages`;
    const headers = {
      authorization: `Bearer ${config.WHATSAPP_ACCESS_TOKEN}`,
      "content-type": "application/json",
    };
    return httpAccount({
      baseUrl: config.WHATSAPP_BASE_URL,
      deps,
      request: ({ address, content, delivery }, { idempotencyKey }) => ({
        path,
        headers,
        body: JSON.stringify({
          messaging_product: "whatsapp",
          recipient_type: "individual",
          to: address,
          ...payloadOf(content),
          biz_opaque_callback_data: new URLSearchParams({
            delivery_id: idempotencyKey,
            notification_id: delivery.notificationId,
            tenant: delivery.tenant,
          }).toString(),
        }),
      }),
      read: readAnswer,
    });
  },
});

function payloadOf(content: Readonly<Record<string, string>>): object {
  const { text: body = "", template: name, language: code, parameters } = content;
  if (name === undefined) return { type: "text", text: { body } };
  const values = templateParameters(parameters).map((value) => ({ type: "text", text: value }));
  const components = values.length === 0 ? [] : [{ type: "body", parameters: values }];
  // Meta knows no other policy; its description of the API requires one.
  const language = { policy: "deterministic", code };
  return { type: "template", template: { name, language, components } };
}
