import { whatsappMediaKind, whatsappParameters } from "@pulsecourier/contracts";
import { integer, secret, text, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpAccount,
  type OutgoingMessage,
  type SendContext,
} from "@pulsecourier/sender";
import { z } from "zod";
import { readAnswer } from "./read-answer.ts";
import { createMediaUpload } from "./upload-media.ts";

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
    const { WHATSAPP_API_VERSION: version, WHATSAPP_PHONE_NUMBER_ID: own } = config;
    const numberOf = ({ identity }: SendContext) => `/v${version}.0/${identity.senderId ?? own}`;
    const authorization = `Bearer ${config.WHATSAPP_ACCESS_TOKEN}`;
    const { WHATSAPP_BASE_URL: baseUrl } = config;
    const pathOf = (context: SendContext) => `${numberOf(context)}/media`;
    const media = createMediaUpload({ baseUrl, pathOf, authorization, deps });
    // What Meta calls the file of a message that is about to be sent.
    const uploaded = new WeakMap<OutgoingMessage, Media>();
    const messages = httpAccount({
      baseUrl,
      deps,
      request: (message, context) => ({
        path: `${numberOf(context)}/messages`,
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({
          messaging_product: "whatsapp",
          recipient_type: "individual",
          to: message.address,
          ...payloadOf(message.content, uploaded.get(message)),
          biz_opaque_callback_data: new URLSearchParams({
            delivery_id: context.idempotencyKey,
            notification_id: message.delivery.notificationId,
            tenant: message.delivery.tenant,
          }).toString(),
        }),
      }),
      read: readAnswer,
    });
    return {
      async send(message, context) {
        const [file] = message.attachments;
        if (file === undefined) return messages.send(message, context);
        const upload = await media.upload(file, context);
        if (!upload.ok) return upload.outcome;
        uploaded.set(message, { ...file, id: upload.id });
        return messages.send(message, context);
      },
      async close() {
        await messages.close?.();
        await media.close();
      },
    };
  },
});

/** A file at Meta. */
type Media = { id: string; filename: string; contentType: string };

function payloadOf(content: Readonly<Record<string, string>>, media: Media | undefined): object {
  const { text: body = "", template: name, language: code, parameters } = content;
  const file = media && fileOf(media);
  if (name === undefined) {
    if (file === undefined) return { type: "text", text: { body } };
    return { type: file.type, [file.type]: { ...file.object, caption: body } };
  }
  const values = whatsappParameters(parameters).map((value) => ({ type: "text", text: value }));
  const components = [
    ...(file === undefined ? [] : [header(file)]),
    ...(values.length === 0 ? [] : [{ type: "body", parameters: values }]),
  ];
  // Meta knows no other policy; its description of the API requires one.
  const language = { policy: "deterministic", code };
  return { type: "template", template: { name, language, components } };
}

/** Only a document shows what it is called. */
function fileOf({ id, filename, contentType }: Media) {
  const type = whatsappMediaKind(contentType) ?? "document";
  return { type, object: type === "document" ? { id, filename } : { id } };
}

function header({ type, object }: ReturnType<typeof fileOf>) {
  return { type: "header", parameters: [{ type, [type]: object }] };
}
