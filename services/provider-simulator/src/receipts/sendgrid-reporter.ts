import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import type { ReceivedMessage } from "../provider.ts";
import type { Fate, Report, Reporter } from "./reporter.ts";

const HOUR_S = 3_600;

/**
 * SendGrid's signed Event Webhook: ECDSA P-256 over timestamp and body. `signingKey` is PKCS 8 in base64; a new one
 * is made when it is left out.
 */
export function createSendgridReporter(signingKey: string | undefined): Reporter {
  const key = signingKey === undefined ? newKey() : readKey(signingKey);
  const stranger = newKey();
  let sequence = 0;
  const nextEventId = () =>
    Buffer.from(`${Date.now().toString(36)}-${process.pid}-${sequence++}`).toString("base64url");
  return {
    // https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
    perCallback: 500,
    reports: (message, id, fate) =>
      message.to.flatMap((email) =>
        eventsOf(fate).map((event): Report => ({
          event: {
            ...common(message, id),
            email,
            sg_event_id: nextEventId(),
            ...event,
          },
        })),
      ),
    callback(reports, { signing }) {
      const now = Math.floor(Date.now() / 1_000);
      const timestamp = String(signing === "stale" ? now - HOUR_S : now);
      const body = JSON.stringify(reports.map(({ event }) => ({ ...event, timestamp: now })));
      const signer = signing === "wrong" ? stranger : key;
      return { headers: headersOf(signer, timestamp, body), body };
    },
    shown: {
      SENDGRID_WEBHOOK_PUBLIC_KEY: createPublicKey(key)
        .export({ format: "der", type: "spki" })
        .toString("base64"),
    },
  };
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
}

function readKey(base64: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(base64, "base64"), format: "der", type: "pkcs8" });
}

function headersOf(key: KeyObject, timestamp: string, body: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "SendGrid Event API",
    "x-twilio-email-event-webhook-signature": sign(
      "sha256",
      Buffer.from(timestamp + body),
      key,
    ).toString("base64"),
    "x-twilio-email-event-webhook-timestamp": timestamp,
  };
}

function common({ args, deliveryId }: ReceivedMessage, id: string) {
  return {
    ...args,
    "smtp-id": `<${deliveryId ?? id}@simulator>`,
    sg_message_id: `${id}.recvd-simulator-0`,
  };
}

function eventsOf(fate: Fate): Record<string, string>[] {
  const processed = { event: "processed" };
  const delivered = { event: "delivered", response: "250 2.0.0 OK" };
  switch (fate) {
    case "delivered":
      return [processed, delivered];
    case "opened":
      return [processed, delivered, { event: "open" }];
    case "complained":
      return [processed, delivered, { event: "spamreport" }];
    case "bounced":
      return [
        processed,
        {
          event: "bounce",
          type: "bounce",
          bounce_classification: "Invalid Address",
          status: "5.1.1",
          reason: "550 5.1.1 The email account that you tried to reach does not exist.",
        },
      ];
  }
}
