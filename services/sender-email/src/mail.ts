import { text } from "@pulsecourier/runtime";
import type { OutgoingMessage, SendContext } from "@pulsecourier/sender";
import { htmlToText } from "@pulsecourier/templates";
import addressparser from "nodemailer/lib/addressparser";
import { isMailAddress } from "@pulsecourier/contracts";
import { z } from "zod";

type Mailbox = { name: string; address: string };

/** A mail as every provider takes it; always with a text part. */
export type Mail = {
  /** `name` is empty where there is none. */
  from: Mailbox;
  replyTo: string | undefined;
  to: string;
  subject: string;
  text: string;
  html: string | undefined;
  headers: Record<string, string>;
  attachments: MailAttachment[];
};

/** A file as nodemailer takes it: names are encoded by it (RFC 2231), bytes are not touched. */
export type MailAttachment = {
  filename: string;
  contentType: string;
  content: Buffer;
  contentDisposition: "attachment";
  contentTransferEncoding: "base64";
};

/** The variable with the sender's address, as `Name <address>` or the address alone. */
export const fromEnv = {
  EMAIL_FROM: text()
    .transform((value, context) => {
      const [mailbox, ...others] = addressparser(value, { flatten: true });
      if (mailbox !== undefined && others.length === 0 && isMailAddress(mailbox.address))
        return mailbox;
      context.addIssue({
        code: "custom",
        message: "expected an address such as Shop <shop@example.com>",
      });
      return z.NEVER;
    })
    .prefault("PulseCourier <no-reply@pulsecourier.example>")
    .describe("Sender of the mails"),
};

/**
 * The message as a mail of the tenant's identity, else of the account's. Headers name the delivery, so that a mailbox can
 * be matched with its timeline.
 */
export function toMail(
  { address, content, headers, attachments, delivery }: OutgoingMessage,
  { traceparent, identity }: Pick<SendContext, "traceparent" | "identity">,
  own: Mailbox,
): Mail {
  const { subject = "", html } = content;
  return {
    from: fromOf(identity, own),
    replyTo: identity.replyTo,
    to: address,
    subject,
    text: content["text"] ?? htmlToText(html ?? ""),
    html,
    headers: { ...headers, "X-Pulse-Delivery": delivery.id, "X-Pulse-Traceparent": traceparent },
    attachments: attachments.map(({ filename, contentType, bytes }) => ({
      filename,
      contentType,
      content: bytes,
      contentDisposition: "attachment",
      contentTransferEncoding: "base64",
    })),
  };
}

/** The account's name says who the account is, so it does not stand beside an address of the tenant's. */
function fromOf({ from, fromName }: SendContext["identity"], own: Mailbox): Mailbox {
  return from === undefined
    ? { ...own, name: fromName ?? own.name }
    : { address: from, name: fromName ?? "" };
}
