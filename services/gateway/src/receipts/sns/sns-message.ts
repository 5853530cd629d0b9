import { PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import { parseSigned } from "../parse-signed.ts";

const short = z.string().max(2_048);
const common = {
  MessageId: short,
  TopicArn: short,
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(["1", "2"]),
  Signature: short,
  SigningCertURL: short,
};
const handshake = { ...common, Token: short, SubscribeURL: short };

/** A message of Amazon SNS (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html). */
const SnsMessage = z.discriminatedUnion("Type", [
  z.object({ Type: z.literal("Notification"), ...common, Subject: z.string().optional() }),
  z.object({ Type: z.literal("SubscriptionConfirmation"), ...handshake }),
  z.object({ Type: z.literal("UnsubscribeConfirmation"), ...handshake }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

/** Null when the body is no message of SNS. */
export function readSnsMessage(rawBody: Buffer): SnsMessage | null {
  try {
    return SnsMessage.parse(JSON.parse(rawBody.toString("utf8")));
  } catch {
    return null;
  }
}

/** What a topic was told, as JSON; null for what SNS says by itself. Throws PulseError when it is not JSON. */
export function readNotification(rawBody: Buffer): unknown {
  const message = readSnsMessage(rawBody);
  if (message === null) throw new PulseError("malformed_json", "The body is no message of SNS.");
  return message.Type === "Notification" ? parseSigned(Buffer.from(message.Message)) : null;
}

/**
 * The text a message is signed over: fields by name, each name and value on a line of its own.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function canonicalText(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message;
  const fields =
    message.Type === "Notification"
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : {
          Message,
          MessageId,
          SubscribeURL: message.SubscribeURL,
          Timestamp,
          Token: message.Token,
          TopicArn,
          Type,
        };
  return Object.entries(fields)
    .map(([name, value]) => (value === undefined ? "" : `${name}\n${value}\n`))
    .join("");
}
