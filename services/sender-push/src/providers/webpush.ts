import { createOutbound, TargetRefused } from "@pulsecourier/outbound";
import { secret, text, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpFailure,
  type OutgoingMessage,
  type ProviderOutcome,
} from "@pulsecourier/sender";
import webPush from "web-push";
import { z } from "zod";
import { collapseKey, withdrawal } from "../collapse-key.ts";
import { readPushAddress } from "../push-address.ts";
import { pushData } from "../push-data.ts";
import { readSubscription, type Subscription } from "../subscription.ts";
import { secondsLeft, URGENCY } from "../urgency.ts";
import { readWebPushAnswer } from "./webpush-answer.ts";

const env = z.object({
  WEBPUSH_PUBLIC_KEY: text().describe("VAPID public key, which the browsers subscribed with"),
  WEBPUSH_PRIVATE_KEY: secret().describe("VAPID private key"),
  WEBPUSH_SUBJECT: text()
    .regex(/^(?:mailto:|https:\/\/)/, "expected mailto: or https://")
    .describe("Whom push services write to about problems"),
  WEBPUSH_BASE_URL: url("https", "http")
    .optional()
    .describe("Simulator that gets all notifications instead of the browsers' push services"),
});

/** What one encrypted record carries (RFC 8291 §4). */
const MAX_PUSH_BYTES = 3_993;

/** Four weeks, as long as push services keep what a browser has not fetched. */
const MAX_TTL_S = 2_419_200;

/**
 * Web Push (RFC 8030) to whatever service a browser's subscription names, encrypted for the browser (RFC 8291) and
 * signed by the VAPID key (RFC 8292). Only public addresses are called. A repeat of a delivery takes the place of the
 * one before, as long as the browser has not fetched it.
 */
export const webpush = defineProvider({
  name: "webpush",
  env,
  create: (config, { callTimeoutMs: timeoutMs, concurrency: connections }) => {
    const base = config.WEBPUSH_BASE_URL;
    const allowedOrigins = base === undefined ? [] : [base];
    const outbound = createOutbound({ allowedOrigins, connections, timeoutMs });
    const vapidDetails = {
      subject: config.WEBPUSH_SUBJECT,
      publicKey: config.WEBPUSH_PUBLIC_KEY,
      privateKey: config.WEBPUSH_PRIVATE_KEY,
    };
    const invalidKeys = vapidProblem(vapidDetails);
    return {
      takes: (address) => readPushAddress(address).service === "webpush",
      async send(message, { signal }): Promise<ProviderOutcome> {
        if (invalidKeys !== null) return { kind: "config", detail: invalidKeys };
        const subscription = readSubscription(readPushAddress(message.address).token);
        const request = subscription && encrypt(message, subscription, vapidDetails);
        if (subscription === null || request === null)
          return { kind: "permanent", code: "invalid_address", detail: "no usable subscription" };
        try {
          const target = base === undefined ? subscription.endpoint : moved(subscription, base);
          return readWebPushAnswer(await outbound.post(target, { ...request, signal }));
        } catch (error) {
          if (refusedTarget(error))
            return { kind: "permanent", code: "invalid_address", detail: "not a public endpoint" };
          return httpFailure(error);
        }
      },
      close: () => outbound.close(),
    };
  },
});

type VapidDetails = { subject: string; publicKey: string; privateKey: string };

/** What the library says of keys that are none; asked once, so that a subscription is not blamed for them. */
function vapidProblem({ subject, publicKey, privateKey }: VapidDetails): string | null {
  try {
    webPush.getVapidHeaders("https://push.example", subject, publicKey, privateKey, "aes128gcm");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The request of a message; null when the subscription's keys are no point of the curve. */
function encrypt(
  { content, delivery }: OutgoingMessage,
  subscription: Subscription,
  vapidDetails: VapidDetails,
): { headers: Record<string, string>; body: Buffer } | null {
  const { title, body: words } = content;
  const data = pushData(content);
  const shown = withdrawal(delivery) ?? { title, body: words, ...(data !== null && { data }) };
  const payload = withTag(shown, delivery);
  try {
    const { headers, body } = webPush.generateRequestDetails(subscription, payload, {
      vapidDetails,
      contentEncoding: "aes128gcm",
      urgency: URGENCY[delivery.lane].webpush,
      TTL: Math.min(secondsLeft(delivery.expiresAt) ?? MAX_TTL_S, MAX_TTL_S),
      // A topic has at most 32 characters (RFC 8030 §5.4), as many as an id without its dashes.
      topic: collapseKey(delivery).replaceAll("-", ""),
    });
    return { headers, body };
  } catch {
    return null;
  }
}

/** What a saga sends may be replaced: a page shows it under this tag, if there is room for one. */
function withTag(payload: object, delivery: OutgoingMessage["delivery"]): string {
  const plain = JSON.stringify(payload);
  if (delivery.saga === undefined) return plain;
  const tagged = JSON.stringify({ ...payload, tag: collapseKey(delivery) });
  return Buffer.byteLength(tagged) > MAX_PUSH_BYTES ? plain : tagged;
}

/** The endpoint's path below the simulator's URL. */
function moved({ endpoint }: Subscription, base: string): string {
  const { pathname, search } = new URL(endpoint);
  return base.replace(/\/$/, "") + pathname + search;
}

function refusedTarget(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof TargetRefused || refusedTarget(error.cause);
}
