import { bool, secret, url } from "@pulsecourier/runtime";
import {
  type AnswerHeaders,
  createDispatcher,
  defineProvider,
  httpFailure,
  type OutgoingMessage,
  type ProviderOutcome,
  refusalOf,
} from "@pulsecourier/sender";
import sendgridMail from "@sendgrid/mail";
import { z } from "zod";
import { fromEnv, type MailAttachment, toMail } from "../mail.ts";

type MailPart = { type: string; value: string };
type MailDataRequired = Exclude<Parameters<typeof sendgridMail.send>[0], unknown[]>;

const env = z.object({
  ...fromEnv,
  SENDGRID_API_KEY: secret().describe("API key with the Mail Send permission"),
  SENDGRID_BASE_URL: url("https", "http")
    .default("https://api.sendgrid.com")
    .describe("SendGrid's API; https://api.eu.sendgrid.com for EU accounts"),
  SENDGRID_SANDBOX: bool().default(false).describe("SendGrid checks mails and sends none"),
});

/**
 * SendGrid's Mail Send, `POST /v3/mail/send`. The official library builds and checks the message; the request goes
 * through the account's connection pool, since the library's own client costs eight times as much per call.
 */
export const sendgrid = defineProvider({
  name: "sendgrid",
  env,
  create: (config, { callTimeoutMs: timeoutMs, concurrency: connections }) => {
    const pool = createDispatcher({ url: config.SENDGRID_BASE_URL, connections, timeoutMs });
    const httpHeaders = {
      authorization: `Bearer ${config.SENDGRID_API_KEY}`,
      "content-type": "application/json",
    };
    const path = new URL("v3/mail/send", withSlash(config.SENDGRID_BASE_URL)).pathname;
    const library = createLibrary(async (body) => {
      const { traceparent } = body.custom_args;
      try {
        const answer = await pool.request({
          method: "POST",
          path,
          headers: { ...httpHeaders, traceparent },
          body: JSON.stringify(body),
        });
        return readAnswer(answer.statusCode, answer.headers, await answer.body.text());
      } catch (error) {
        return httpFailure(error);
      }
    });
    const mailSettings = { sandboxMode: { enable: config.SENDGRID_SANDBOX } };
    return {
      async send(message, context) {
        const { traceparent, idempotencyKey } = context;
        const { from, replyTo, to, subject, text, html, headers, ...files } = toMail(
          message,
          context,
          config.EMAIL_FROM,
        );
        const attachments = files.attachments.map(toSendgridFile);
        const mail: MailDataRequired = {
          from: { email: from.address, ...(from.name !== "" && { name: from.name }) },
          ...(replyTo !== undefined && { replyTo }),
          to,
          subject,
          headers,
          customArgs: echoed(message, idempotencyKey, traceparent),
          content: contentOf(text, html),
          ...(attachments.length > 0 && { attachments }),
          ...(config.SENDGRID_SANDBOX ? { mailSettings } : {}),
        };
        try {
          return await library.send(mail);
        } catch (error) {
          // The request itself never rejects: the library refused to build the mail.
          const detail = error instanceof Error ? error.message : String(error);
          return { kind: "permanent", code: "content_unusable", detail };
        }
      },
      close: () => pool.close(),
    };
  },
});

/** What SendGrid gives back with each event: receipts are joined by it. */
function echoed({ delivery }: OutgoingMessage, deliveryId: string, traceparent: string) {
  const { tenant, notificationId } = delivery;
  return { delivery_id: deliveryId, notification_id: notificationId, tenant, traceparent };
}

function toSendgridFile({ filename, contentType: type, content }: MailAttachment) {
  return { filename, type, content: content.toString("base64"), disposition: "attachment" };
}

function contentOf(text: string, html: string | undefined): [MailPart, ...MailPart[]] {
  const plain = { type: "text/plain", value: text === "" ? " " : text };
  return html === undefined ? [plain] : [plain, { type: "text/html", value: html }];
}

/** What SendGrid's answer means; exported for its table test. */
export function readAnswer(status: number, headers: AnswerHeaders, body: string): ProviderOutcome {
  if (status >= 200 && status < 300) {
    const id = headers["x-message-id"];
    return typeof id === "string" ? { kind: "sent", providerMessageId: id } : { kind: "sent" };
  }
  const text = errorText(body);
  const detail = `SendGrid answered ${status}: ${text}`;
  if (status === 403 && SENDER.test(text)) return { kind: "sender_refused", detail };
  return refusalOf({ status, headers }, detail);
}

/** "The from address does not match a verified Sender Identity …" */
const SENDER = /sender identity/i;

const Errors = z.object({ errors: z.array(z.object({ message: z.string() })) });

function errorText(body: string): string {
  try {
    return Errors.parse(JSON.parse(body))
      .errors.map((error) => error.message)
      .join("; ");
  } catch {
    return body.slice(0, 200);
  }
}

type MailBody = { custom_args: { traceparent: string } };
type Library = {
  setClient(client: {
    setApiKey(): void;
    request(request: { body: MailBody }): Promise<ProviderOutcome>;
  }): void;
  send(mail: MailDataRequired): Promise<ProviderOutcome>;
};

/** The library with its transport replaced by `post`; `send` rejects when the mail cannot be built. */
function createLibrary(post: (body: MailBody) => Promise<ProviderOutcome>): Library {
  // The published types fix the client; in truth `send` answers whatever the client's `request` answers.
  const { MailService } = sendgridMail as unknown as { MailService: new () => Library };
  const library = new MailService();
  library.setClient({ setApiKey: () => undefined, request: ({ body }) => post(body) });
  return library;
}

function withSlash(base: string): string {
  return base.endsWith("/") ? base : `${base}/`;
}
