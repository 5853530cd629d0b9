import { createHmac } from "node:crypto";

/** A symmetric secret as Standard Webhooks 1.0 writes it. */
export function formatWebhookSecret(secret: Buffer): string {
  return `whsec_${secret.toString("base64")}`;
}

/** What a tenant's webhook messages are signed with; derived from the platform's secret `webhooks`. */
export function tenantWebhookSecret(platform: Buffer, tenant: string): Buffer {
  return createHmac("sha256", platform).update(`tenant\0${tenant}`).digest();
}
