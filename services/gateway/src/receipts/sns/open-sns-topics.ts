import { verify as verifySignature } from "node:crypto";
import { PulseError } from "@pulsecourier/contracts";
import { createOutbound } from "@pulsecourier/outbound";
import type { ReceiptAccount, ReceiptRequest } from "../receipt.ts";
import { createSnsCertificates } from "./sns-certificates.ts";
import { canonicalText, readSnsMessage, type SnsMessage } from "./sns-message.ts";

/** SNS repeats a message for at most this long, under the time of its first try. */
const REPEATS_MS = 3_600_000;
const CALL_TIMEOUT_MS = 4_000;
const MAX_ANSWER_BYTES = 16_384;

/**
 * Subscriptions to topics of Amazon SNS: messages signed for one of `topicArns` are taken, and its subscriptions
 * confirmed. Only Amazon's own hosts are called, or `baseUrl` in their place.
 */
export function openSnsTopics(o: {
  topicArns: readonly string[];
  baseUrl: string | undefined;
}): ReceiptAccount {
  const { topicArns, baseUrl } = o;
  const outbound = createOutbound({
    allowedOrigins: baseUrl === undefined ? [] : [baseUrl],
    connections: 2,
    timeoutMs: CALL_TIMEOUT_MS,
  });
  const fetchText = async (url: URL) => {
    const target = baseUrl === undefined ? url.href : reachedAt(baseUrl, url);
    const { status, text } = await outbound.get(target, { maxBytes: MAX_ANSWER_BYTES });
    if (status !== 200) throw new Error(`Amazon SNS answered ${status}`);
    return text;
  };
  const certificates = createSnsCertificates(fetchText);

  return {
    async verify(request) {
      const message = readSnsMessage(request.rawBody);
      if (message === null || !topicArns.includes(message.TopicArn) || !isRecent(message, request))
        return false;
      const url = ofTopic(message.SigningCertURL, message.TopicArn);
      const key = url === null ? null : await certificates.keyAt(url, request.now);
      if (key === null) return false;
      const digest = message.SignatureVersion === "1" ? "sha1" : "sha256";
      const given = Buffer.from(message.Signature, "base64");
      return verifySignature(digest, Buffer.from(canonicalText(message)), key, given);
    },
    async confirm({ rawBody }) {
      const message = readSnsMessage(rawBody);
      if (message?.Type !== "SubscriptionConfirmation") return;
      const url = ofTopic(message.SubscribeURL, message.TopicArn);
      if (url === null || url.searchParams.get("Action") !== "ConfirmSubscription")
        throw new PulseError("invalid_request", "SubscribeURL is no confirmation at Amazon SNS.");
      await fetchText(url).catch((cause: unknown) => {
        throw new PulseError("unavailable", "Amazon SNS could not be reached.", { cause });
      });
    },
    close: () => outbound.close(),
  };
}

function isRecent({ Timestamp }: SnsMessage, { now, toleranceMs }: ReceiptRequest): boolean {
  const age = now - Date.parse(Timestamp);
  return age >= -toleranceMs && age <= REPEATS_MS + toleranceMs;
}

/** A URL at the host of the topic's region (`arn:aws:sns:<region>:…`); null for any other. */
function ofTopic(text: string, topicArn: string): URL | null {
  const region = topicArn.split(":")[3];
  const url = URL.parse(text);
  return url?.origin === `https://sns.${region}.amazonaws.com` ? url : null;
}

function reachedAt(baseUrl: string, { pathname, search }: URL): string {
  return baseUrl.replace(/\/$/, "") + pathname + search;
}
