import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from "node:crypto";
import { selfSignedCertificate } from "../self-signed-certificate.ts";
import type { Signing } from "./reporter.ts";

/** SNS repeats for an hour under the time of the first try, so only what is older is stale for sure. */
const STALE_MS = 2 * 3_600_000;

export type SnsMessage = Record<string, string>;

/**
 * Signs messages of a topic as Amazon SNS does, by SHA-1 (version 1) or SHA-256 (2).
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function createSnsSigner(o: { topicArn: string; host: string; signatureVersion: number }) {
  const { topicArn, host, signatureVersion } = o;
  const digest = signatureVersion === 1 ? "sha1" : "sha256";
  const certificatePath = `/SimpleNotificationService-${randomBytes(16).toString("hex")}.pem`;
  /** Made when first needed: an RSA key takes a while. */
  let own: KeyObject | undefined;
  const ownKey = () => (own ??= newKey());
  return {
    certificatePath,
    certificate: () => selfSignedCertificate(ownKey(), "sns"),
    /** The request that carries a message. */
    callback(message: SnsMessage, signing: Signing) {
      const at = Date.now() - (signing === "stale" ? STALE_MS : 0);
      const signed: SnsMessage = {
        ...message,
        MessageId: randomUUID(),
        TopicArn: topicArn,
        Timestamp: new Date(at).toISOString(),
      };
      const key = signing === "wrong" ? newKey() : ownKey();
      const body = {
        ...signed,
        SignatureVersion: String(signatureVersion),
        Signature: sign(digest, Buffer.from(canonical(signed)), key).toString("base64"),
        SigningCertURL: host + certificatePath,
      };
      return { headers: headersOf(message["Type"] ?? "", topicArn), body: JSON.stringify(body) };
    },
  };
}

/** The signed fields, in the order of their names, each with its name on a line before. */
function canonical(message: SnsMessage): string {
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
