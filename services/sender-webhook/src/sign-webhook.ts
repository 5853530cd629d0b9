import { createHmac } from "node:crypto";

/**
 * The headers of Standard Webhooks 1.0: `id` is the receiver's idempotency key and holds no dot; one signature
 * for each secret, so that receivers can change theirs at any time of an overlap.
 */
export function signWebhook(
  secrets: readonly Buffer[],
  o: { id: string; seconds: number; body: string },
): Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string> {
  const signed = `${o.id}.${o.seconds}.${o.body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`,
  );
  return {
    "webhook-id": o.id,
    "webhook-timestamp": String(o.seconds),
    "webhook-signature": signatures.join(" "),
  };
}
