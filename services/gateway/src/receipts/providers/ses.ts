import type { SuppressionReason } from "@pulsecourier/contracts";
import { text, url } from "@pulsecourier/runtime";
import { z } from "zod";
import { signedText } from "../parse-signed.ts";
import type { Receipt, ReceiptProvider } from "../receipt.ts";
import { openSnsTopics } from "../sns/open-sns-topics.ts";
import { readNotification } from "../sns/sns-message.ts";

/**
 * Amazon SES' events through Amazon SNS, one a message. Tags of the mail come back with each event.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const ses: ReceiptProvider = {
  name: "ses",
  channel: "email",
  env: {
    SES_WEBHOOK_TOPIC_ARNS: text()
      .regex(/arn:aws(-us-gov)?:sns:[a-z0-9-]+:\d{12}:[\w-]+/, {
        error: "expected ARNs of SNS topics, comma-separated",
      })
      .optional()
      .describe(
        "SNS topics that Amazon SES' events come through, comma-separated; those of others are refused",
      ),
    SES_WEBHOOK_BASE_URL: url("https", "http")
      .optional()
      .describe("Amazon SNS' endpoint, for certificates and confirmations; unset, the region's"),
  },
  open({ SES_WEBHOOK_TOPIC_ARNS: arns = "", SES_WEBHOOK_BASE_URL: baseUrl }) {
    const topicArns = arns.split(",").map((arn) => arn.trim());
    return arns === "" ? null : openSnsTopics({ topicArns, baseUrl });
  },
  read({ rawBody }) {
    const event = Event.safeParse(readNotification(rawBody));
    return event.success ? readEvent(event.data) : [];
  },
};

const short = signedText(1_024);
const time = z.iso.datetime({ offset: true }).transform((at) => Date.parse(at));
const recipients = z
  .array(z.object({ emailAddress: short, diagnosticCode: signedText(10_000).optional() }))
  .min(1)
  .max(100);
const mail = z.object({
  messageId: short,
  timestamp: time,
  tags: z.record(z.string(), z.array(short)).default({}),
});

// What SES calls `eventType` in events, notifications of an identity call `notificationType`.
const Event = z.preprocess(
  (event) =>
    typeof event === "object" && event !== null && "notificationType" in event
      ? { eventType: event.notificationType, ...event }
      : event,
  z.discriminatedUnion("eventType", [
    z.object({
      eventType: z.literal("Bounce"),
      mail,
      bounce: z.object({
        bounceType: short,
        bounceSubType: short.nullish(),
        bouncedRecipients: recipients,
        timestamp: time,
        feedbackId: short,
      }),
    }),
    z.object({
      eventType: z.literal("Complaint"),
      mail,
      complaint: z.object({
        complainedRecipients: recipients,
        complaintSubType: short.nullish(),
        timestamp: time,
        feedbackId: short,
      }),
    }),
    z.object({
      eventType: z.literal("Delivery"),
      mail,
      delivery: z.object({ timestamp: time }),
    }),
    z.object({
      eventType: z.literal("Reject"),
      mail,
      reject: z.object({ reason: signedText(10_000) }),
    }),
    z.object({ eventType: z.literal("Open"), mail, open: z.object({ timestamp: time }) }),
    z.object({ eventType: z.literal("Click"), mail, click: z.object({ timestamp: time }) }),
  ]),
);
type Event = z.infer<typeof Event>;

function readEvent(event: Event): Receipt[] {
  const id = event.mail.messageId;
  const base = { providerMessageId: id, reference: referenceOf(event) };
  const told = (kind: Receipt["kind"], at: number): Receipt[] => [
    { ...base, eventId: `${id}:${kind}:${at}`, kind, at },
  ];
  switch (event.eventType) {
    case "Bounce": {
      const { bouncedRecipients, bounceType, timestamp, feedbackId } = event.bounce;
      const reason = bounceType === "Permanent" ? "hard_bounce" : undefined;
      const about = { ...base, kind: "bounced", at: timestamp } as const;
      return eachOf(bouncedRecipients, { about, feedbackId, reason });
    }
    case "Complaint": {
      const { complainedRecipients, complaintSubType, timestamp, feedbackId } = event.complaint;
      // On the account's list already: the mail was not handed over.
      const kind = complaintSubType === "OnAccountSuppressionList" ? "bounced" : "complained";
      const about = { ...base, kind, at: timestamp } as const;
      return eachOf(complainedRecipients, { about, feedbackId, reason: "complaint" });
    }
    case "Delivery":
      return told("delivered", event.delivery.timestamp);
    case "Reject":
      return told("bounced", event.mail.timestamp).map((receipt) => ({
        ...receipt,
        detail: `Amazon SES rejected the mail: ${event.reject.reason}`,
      }));
    case "Open":
      return told("read", event.open.timestamp);
    case "Click":
      return told("read", event.click.timestamp);
  }
}

/** One receipt for each recipient; SES may speak of several at once, and again in another message. */
function eachOf(
  all: z.infer<typeof recipients>,
  o: {
    about: Omit<Receipt, "eventId">;
    feedbackId: string;
    reason: SuppressionReason | undefined;
  },
): Receipt[] {
  const { about, feedbackId, reason } = o;
  return all.map(({ emailAddress: address, diagnosticCode: detail }, index) => ({
    ...about,
    eventId: index === 0 ? feedbackId : `${feedbackId}:${index}`,
    ...(detail !== undefined && { detail }),
    ...(reason !== undefined && { suppress: { address, reason } }),
  }));
}

function referenceOf({ mail: { tags } }: Event): Receipt["reference"] {
  const [encoded] = tags["tenant_base64"] ?? [];
  // A tag cannot hold every name.
  const [tenant = encoded && Buffer.from(encoded, "base64url").toString("utf8")] =
    tags["tenant"] ?? [];
  const [notificationId] = tags["notification_id"] ?? [];
  const [deliveryId] = tags["delivery_id"] ?? [];
  if (tenant === undefined || notificationId === undefined) return null;
  return { tenant, notificationId, deliveryId };
}
