import {
  type HttpAnswer,
  type ProviderOutcome,
  rateLimited,
  refusalOf,
} from "@pulsecourier/sender";
import { z } from "zod";

const Refused = z.object({ reason: z.string().min(1) });

// https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
const GONE = new Set(["Unregistered", "ExpiredToken", "BadDeviceToken"]);
/** The account is refused: its topic, its certificate, its token. */
const MISCONFIGURED = new Set([
  "BadTopic",
  "MissingTopic",
  "TopicDisallowed",
  "BadCertificate",
  "BadCertificateEnvironment",
  "BadEnvironmentKeyIdInToken",
]);

/** What APNs' answer means; exported for its table test. */
export function readApnsAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status === 200) {
    const id = headers["apns-id"];
    return typeof id === "string" ? { kind: "sent", providerMessageId: id } : { kind: "sent" };
  }
  const reason = reasonOf(body);
  const detail = `APNs answered ${status}${reason && `, ${reason}`}`;
  if (status === 410 || GONE.has(reason)) return { kind: "recipient_gone", detail };
  if (status === 403 || MISCONFIGURED.has(reason)) return { kind: "config", detail };
  if (reason === "PayloadTooLarge") return { kind: "permanent", code: "content_too_large", detail };
  // Too many to one device, which is no reason to slow others down.
  if (reason === "TooManyRequests") return { ...rateLimited(headers, detail), scope: "recipient" };
  if (status === 503 && headers["retry-after"] !== undefined) return rateLimited(headers, detail);
  return refusalOf({ status, headers }, detail);
}

function reasonOf(body: string): string {
  try {
    return Refused.parse(JSON.parse(body)).reason;
  } catch {
    return body.slice(0, 200);
  }
}
