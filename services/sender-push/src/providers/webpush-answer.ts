import type { OutboundAnswer } from "@pulsecourier/outbound";
import { type ProviderOutcome, rateLimited, refusalOf } from "@pulsecourier/sender";

/**
 * What a push service's answer means (RFC 8030 §5, RFC 8292 §4.2). A subscription names its service itself, so what
 * it answers is held against that subscription and never against the account.
 */
export function readWebPushAnswer({ status, headers }: OutboundAnswer): ProviderOutcome {
  if (status >= 200 && status < 300) {
    const { location } = headers;
    return typeof location === "string"
      ? { kind: "sent", providerMessageId: location }
      : { kind: "sent" };
  }
  const detail = `the push service answered ${status}`;
  if (status === 404 || status === 410) return { kind: "recipient_gone", detail };
  if (status === 401 || status === 403)
    return {
      kind: "permanent",
      detail: `${detail}: the browser subscribed with another VAPID key`,
    };
  if (status === 429) return { ...rateLimited(headers, detail), scope: "recipient" };
  if (status >= 300 && status < 400) return { kind: "permanent", detail };
  const outcome = refusalOf({ status, headers }, detail);
  return outcome.kind === "config" ? { kind: "permanent", detail } : outcome;
}
