import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from "node:crypto";
import type { Answer } from "../provider.ts";
import { selfSignedCertificate } from "../self-signed-certificate.ts";
import { postCallback } from "./post-callback.ts";
import type { Signing } from "./reporter.ts";

/** SNS repeats for an hour under the time of the first try, so only what is older is stale for sure. */
const STALE_MS = 2 * 3_600_000;

type Message = Record<string, string>;
type Callback = { headers: Record<string, string>; body: string };

/** A topic of Amazon SNS with subscriptions over HTTP: they get nothing until they have confirmed. */
export function createSnsTopic(topicArn: string) {
  const host = `https://sns.${topicArn.split(":")[3]}.amazonaws.com`;
  const certificatePath = `/SimpleNotificationService-${randomBytes(16).toString("hex")}.pem`;
  /** Made when first needed: an RSA key takes a while. */
  let own: KeyObject | undefined;
  const ownKey = () => (own ??= newKey());
  const tokens = new Map<string, string>();
  const confirmed = new Set<string>();

  function callback(message: Message, signing: Signing): Callback {
    const at = Date.now() - (signing === "stale" ? STALE_MS : 0);
    const common = {
      MessageId: randomUUID(),
      TopicArn: topicArn,
      Timestamp: new Date(at).toISOString(),
    };
    const signed = { ...message, ...common };
    const key = signing === "wrong" ? newKey() : ownKey();
    const body = {
      ...signed,
      SignatureVersion: "2",
      Signature: sign("sha256", Buffer.from(canonical(signed)), key).toString("base64"),
      SigningCertURL: host + certificatePath,
    };
    return { headers: headersOf(message["Type"] ?? "", topicArn), body: JSON.stringify(body) };
  }

  function askToConfirm(url: string, signing: Signing = "valid"): Callback {
    const token = randomBytes(64).toString("hex");
    tokens.set(token, url);
    const query = new URLSearchParams({
      Action: "ConfirmSubscription",
      TopicArn: topicArn,
      Token: token,
    });
    const message = {
      Type: "SubscriptionConfirmation",
      Token: token,
      SubscribeURL: `${host}/?${query.toString()}`,
      Message: `You have chosen to subscribe to the topic ${topicArn}.`,
    };
    return callback(message, signing);
  }

  return {
    notification: (message: string, signing: Signing) =>
      callback({ Type: "Notification", Message: message }, signing),
    askToConfirm,
    isConfirmed: (url: string) => confirmed.has(url),
    /** True once the endpoint has confirmed. */
    async subscribe(url: string, signal: AbortSignal): Promise<boolean> {
      if (confirmed.has(url)) return true;
      await postCallback({
        url,
        make: () => askToConfirm(url),
        onAnswer: () => undefined,
        signal,
      });
      return confirmed.has(url);
    },
    /** What SNS' own address answers: the certificate, and to confirmations. */
    get(path: string, query: URLSearchParams): Answer | null {
      const pem = { "content-type": "application/x-pem-file" };
      if (path === certificatePath)
        return { status: 200, headers: pem, body: selfSignedCertificate(ownKey(), "sns") };
      if (path !== "/" || query.get("Action") !== "ConfirmSubscription") return null;
      const url = tokens.get(query.get("Token") ?? "");
      const xml = { "content-type": "text/xml" };
      if (url === undefined) return { status: 400, headers: xml, body: "<ErrorResponse/>" };
      confirmed.add(url);
      return { status: 200, headers: xml, body: "<ConfirmSubscriptionResponse/>" };
    },
  };
}

/** The signed fields, in the order of their names, each with its name on a line before. */
function canonical(message: Message): string {
  return Object.entries(message)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}\n${value}\n`)
    .join("");
}

function newKey(): KeyObject {
  return generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
}

function headersOf(type: string, topicArn: string): Record<string, string> {
  return {
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": type,
    "x-amz-sns-topic-arn": topicArn,
  };
}
