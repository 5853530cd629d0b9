import type { ReceivedMessage } from "../provider.ts";
import type { Fate, Report, Reporter } from "./reporter.ts";
import { createSnsTopic } from "./sns-topic.ts";

/**
 * SES' events through an SNS topic, one a message, of mails sent with a configuration set.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function createSesReporter(topicArn: string, signatureVersion: number): Reporter {
  const topic = createSnsTopic(topicArn, signatureVersion);
  let sequence = 0;
  return {
    perCallback: 1,
    reports(message, id, fate) {
      if (message.args?.["ses:configuration-set"] === undefined) return [];
      const mail = mailOf(message, id);
      return eventsOf(message.to, fate, () => `0100feedback-${process.pid}-${sequence++}`).map(
        (event): Report => ({ event: { ...event, mail } }),
      );
    },
    callback: (reports, { signing }) =>
      topic.notification(JSON.stringify(reports[0]?.event ?? {}), signing),
    subscribe: (url, signal) => topic.subscribe(url, signal),
    serves: { path: "/sns", get: (path, query) => topic.get(path, query) },
    shown: { SES_WEBHOOK_TOPIC_ARNS: topicArn },
  };
}

function mailOf({ to, args = {} }: ReceivedMessage, messageId: string) {
  return {
    timestamp: new Date().toISOString(),
    source: "no-reply@shop.example",
    sendingAccountId: "000000000000",
    messageId,
    destination: to,
    tags: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, [value]])),
  };
}

function eventsOf(to: string[], fate: Fate, nextId: () => string): Record<string, unknown>[] {
  const timestamp = new Date().toISOString();
  const send = { eventType: "Send", send: {} };
  const delivery = {
    eventType: "Delivery",
    delivery: { timestamp, recipients: to, smtpResponse: "250 2.6.0 Message received" },
  };
  switch (fate) {
    case "delivered":
      return [send, delivery];
    case "opened":
      return [send, delivery, { eventType: "Open", open: { timestamp, userAgent: "Mozilla/5.0" } }];
    case "complained":
      return [send, delivery, { eventType: "Complaint", complaint: complaint(to, nextId()) }];
    case "bounced":
      return [send, { eventType: "Bounce", bounce: bounce(to, nextId()) }];
  }
}

function complaint(to: string[], feedbackId: string) {
  return {
    complainedRecipients: to.map((emailAddress) => ({ emailAddress })),
    timestamp: new Date().toISOString(),
    feedbackId,
    complaintFeedbackType: "abuse",
  };
}

function bounce(to: string[], feedbackId: string) {
  return {
    bounceType: "Permanent",
    bounceSubType: "General",
    bouncedRecipients: to.map((emailAddress) => ({
      emailAddress,
      action: "failed",
      status: "5.1.1",
      diagnosticCode: "smtp; 550 5.1.1 user unknown",
    })),
    timestamp: new Date().toISOString(),
    feedbackId,
  };
}
