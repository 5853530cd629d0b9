import {
  type Answer,
  type HttpProvider,
  type MessageContent,
  type ReceivedMessage,
  refused,
} from "../provider.ts";
import { readAttachment } from "../read-attachment.ts";
import { isPlainMail } from "./plain-mail.ts";
import { mailSendSchema, type MailSend } from "./sendgrid-schema.ts";

type VendorError = { message: string; field: string | null };

const messages: Record<number, string> = {
  401: "The provided authorization grant is invalid, expired, or revoked",
  403: "access forbidden",
  404: "not found",
  405: "method not allowed",
  413: "content too large",
  415: "Content-Type should be application/json.",
  429: "too many requests",
};

/** SendGrid's Mail Send, `POST /v3/mail/send`: any bearer key will do, the body is checked as the vendor does. */
export const sendgrid: HttpProvider = {
  name: "sendgrid",
  channel: "email",
  maxBodyBytes: 30 * 1024 * 1024,
  serves: (path) => path === "/v3/mail/send",
  receive({ method, headers, body, id }) {
    if (method !== "POST") return refused(refuse(405));
    if (!/^bearer \S+$/i.test(headers.authorization ?? "")) return refused(refuse(401));
    if (!headers["content-type"]?.startsWith("application/json")) return refused(refuse(415));
    const mail = parseMail(body);
    if ("errors" in mail) return refused({ status: 400, body: mail });
    const answer = { status: 202, headers: { "x-message-id": id } };
    return { answer, messages: mail.personalizations.map((_, index) => readMessage(mail, index)) };
  },
  refuse,
};

function refuse(status: number, retryAfterSeconds?: number): Answer {
  const message = messages[status] ?? (status >= 500 ? "internal server error" : "Bad Request");
  return {
    status,
    headers: limitHeaders(status, retryAfterSeconds),
    body: { errors: [{ message, field: null }] },
  };
}

// https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
function limitHeaders(status: number, retryAfterSeconds?: number): Record<string, string> {
  const retryAfter = { "retry-after": String(retryAfterSeconds ?? 0) };
  if (status === 503 && retryAfterSeconds !== undefined) return retryAfter;
  if (status !== 429) return {};
  const reset = String(Math.ceil(Date.now() / 1000) + (retryAfterSeconds ?? 60));
  return {
    "x-ratelimit-limit": "600",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": reset,
    ...(retryAfterSeconds !== undefined && retryAfter),
  };
}

function parseMail(body: Buffer): MailSend | { errors: VendorError[] } {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    return { errors: [{ message: "Bad Request", field: null }] };
  }
  if (isPlainMail(json)) return json;
  const parsed = mailSendSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  return {
    errors: parsed.error.issues.map(({ message, path }) => ({
      message,
      field: path.join(".") || null,
    })),
  };
}

function readMessage(mail: MailSend, index: number): ReceivedMessage {
  const item = mail.personalizations[index];
  const args =
    item?.custom_args && mail.custom_args
      ? { ...mail.custom_args, ...item.custom_args }
      : (item?.custom_args ?? mail.custom_args);
  const recipients = [...(item?.to ?? []), ...(item?.cc ?? []), ...(item?.bcc ?? [])];
  return {
    to: recipients.map(({ email }) => email),
    subject: (item?.subject ?? mail.subject)?.slice(0, 500),
    deliveryId: args?.["delivery_id"],
    args,
    content: () => readContent(mail, index),
  };
}

function readContent(mail: MailSend, index: number): MessageContent {
  const item = mail.personalizations[index];
  const headers = { ...mail.headers, ...item?.headers };
  const part = (type: string) => mail.content?.find((candidate) => candidate.type === type)?.value;
  return {
    from: showAddress(item?.from ?? mail.from),
    replyTo: mail.reply_to && showAddress(mail.reply_to),
    text: part("text/plain"),
    html: part("text/html"),
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    attachments: (mail.attachments ?? []).map(
      ({ filename, type = "application/octet-stream", content }) =>
        readAttachment(filename, type, Buffer.from(content, "base64")),
    ),
  };
}

function showAddress({ email, name }: { email: string; name?: string }): string {
  return name ? `${name} <${email}>` : email;
}
