import { randomBytes } from "node:crypto";
import { jsonOf } from "../json-of.ts";
import type { Answer, Attachment, HttpProvider, Reception, WireRequest } from "../provider.ts";
import { readAttachment } from "../read-attachment.ts";
import { retryAfter } from "../retry-after.ts";
import { createMediaShelf } from "./whatsapp-media.ts";
import { type Message, messageSchema } from "./whatsapp-schema.ts";

const path = /^\/v\d{2}\.0\/(\d{5,25})\/(messages|media)$/;

type VendorError = { code: number; type: string; message: string };
/** What the Graph API says with a status (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes). */
const errors: Record<number, VendorError> = {
  400: error(131009, "Parameter value is not valid"),
  401: error(190, "Invalid OAuth access token - Cannot parse access token"),
  403: error(10, "Application does not have permission for this action"),
  404: error(132001, "Template name does not exist in the translation"),
  429: error(130429, "Rate limit hit"),
  500: error(131000, "Something went wrong"),
  503: error(131016, "Service unavailable"),
};

const media = createMediaShelf();

/**
 * Meta's WhatsApp Cloud API, `POST /v{N}.0/{phone number id}/messages`, and `/media` for the files they name: any token
 * and any phone number id will do.
 */
export const whatsapp: HttpProvider = {
  name: "whatsapp",
  channel: "whatsapp",
  // A document may have 100 MB at Meta's.
  maxBodyBytes: 20 * 1024 * 1024,
  serves: (requested) => path.test(requested),
  receive(request) {
    const { method, headers } = request;
    if (method !== "POST") return refused(400, error(100, "Unsupported request method"));
    if (!/^bearer \S+$/i.test(headers.authorization ?? "")) return refused(401, errors[401]);
    return request.path.endsWith("/media") ? takeMedia(request) : takeMessage(request);
  },
  refuse: (status, retryAfterSeconds) =>
    refusal(status, errors[status] ?? errors[status >= 500 ? 500 : 400], {
      headers: retryAfter(retryAfterSeconds),
    }),
};

async function takeMedia(request: WireRequest): Promise<Reception> {
  const id = await media.put(request);
  if (id === null) return refused(400, error(100, "Param file must be a file"));
  return { answer: { status: 200, body: { id } }, messages: [] };
}

function takeMessage({ path: requested, body, id }: WireRequest): Reception {
  const parsed = messageSchema.safeParse(jsonOf(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const missing = issue?.code === "invalid_type" && issue.input === undefined;
    const what = missing
      ? error(131008, "Required parameter is missing")
      : error(131009, "Parameter value is not valid");
    return refused(400, what, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const message = parsed.data;
  const files = filesOf(message);
  if (files.some((file) => media.get(file) === undefined))
    return refused(400, error(131009, "Parameter value is not valid"), "the media is unknown");
  const number = message.to.replace(/^\+/, "");
  const wamid = `wamid.${Buffer.from(id).toString("base64url")}`;
  const { biz_opaque_callback_data: data } = message;
  const deliveryId = new URLSearchParams(data).get("delivery_id");
  return {
    answer: {
      status: 200,
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: message.to, wa_id: number }],
        messages: [
          { id: wamid, ...(message.type === "template" && { message_status: "accepted" }) },
        ],
      },
    },
    messages: [
      {
        id: wamid,
        to: [`+${number}`],
        subject: textOf(message).slice(0, 100),
        content: () => ({
          from: path.exec(requested)?.[1] ?? "",
          text: textOf(message),
          headers: [],
          attachments: files.flatMap(shown),
        }),
        ...(data !== undefined && { args: { biz_opaque_callback_data: data } }),
        ...(deliveryId !== null && { deliveryId }),
      },
    ],
  };
}

/** Ids of the files a message names. */
function filesOf(message: Message): string[] {
  if (message.type === "document") return [message.document.id];
  if (message.type === "image") return [message.image.id];
  if (message.type === "text") return [];
  return (message.template.components ?? []).flatMap(({ parameters }) =>
    parameters.flatMap((one) => {
      if (one.type === "text") return [];
      return one.type === "document" ? [one.document.id] : [one.image.id];
    }),
  );
}

function shown(id: string): Attachment[] {
  const file = media.get(id);
  return file === undefined ? [] : [readAttachment(file.filename, file.type, file.content)];
}

/** The text, or what there is of it when only Meta knows the template's. */
function textOf(message: Message): string {
  if (message.type === "text") return message.text.body;
  if (message.type === "document") return message.document.caption ?? "";
  if (message.type === "image") return message.image.caption ?? "";
  const { name, language, components = [] } = message.template;
  const values = components.flatMap(({ parameters }) =>
    parameters.flatMap((one) => (one.type === "text" ? [one.text] : [])),
  );
  return `${name} (${language.code}): ${values.join(", ")}`;
}

function error(code: number, message: string): VendorError {
  const type = "OAuthException";
  return { code, type, message: `(#${code}) ${message}` };
}

function refused(status: number, what: VendorError | undefined, details?: string): Reception {
  return { answer: refusal(status, what, { details }), messages: [] };
}

function refusal(
  status: number,
  what: VendorError | undefined,
  o: { details?: string | undefined; headers?: Record<string, string> },
): Answer {
  const { details, headers = {} } = o;
  const data = { messaging_product: "whatsapp", details };
  const trace = { fbtrace_id: `A${randomBytes(11).toString("base64url")}` };
  return {
    status,
    headers,
    body: { error: { ...what, ...(details !== undefined && { error_data: data }), ...trace } },
  };
}
