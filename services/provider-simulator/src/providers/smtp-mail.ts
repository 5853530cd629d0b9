import type { Address, Email } from "postal-mime";
import type { ReceivedMessage } from "../provider.ts";
import { readAttachment } from "../read-attachment.ts";

/** What the journal keeps of a parsed mail; recipients are those of the envelope. */
export function readMail(email: Email, recipients: string[]): ReceivedMessage {
  const messageId = email.messageId;
  return {
    to: recipients,
    subject: email.subject?.slice(0, 500),
    deliveryId: email.headers.find(({ key }) => key === "x-pulse-delivery")?.value,
    ...(messageId !== undefined && { args: { "message-id": messageId.slice(0, 500) } }),
    content: () => ({
      from: email.from && showAddress(email.from),
      replyTo: email.replyTo?.map(showAddress).join(", "),
      text: email.text,
      html: email.html,
      headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
      attachments: email.attachments.map(({ filename, mimeType, content }) => {
        const bytes = typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
        return readAttachment(filename ?? "unnamed", mimeType, bytes);
      }),
    }),
  };
}

function showAddress({ name, address = "" }: Address): string {
  return name ? `${name} <${address}>` : address;
}
