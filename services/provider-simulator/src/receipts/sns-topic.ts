import { randomBytes } from "node:crypto";
import { postCallback } from "./post-callback.ts";
import type { ServedText, Signing } from "./reporter.ts";
import { createSnsSigner } from "./sns-signer.ts";

/** A topic of Amazon SNS with subscriptions over HTTP: they get nothing until they have confirmed. */
export function createSnsTopic(topicArn: string, signatureVersion: number) {
  const host = `https://sns.${topicArn.split(":")[3]}.amazonaws.com`;
  const signer = createSnsSigner({ topicArn, host, signatureVersion });
  const tokens = new Map<string, string>();
  const confirmed = new Set<string>();

  function askToConfirm(url: string) {
    const token = randomBytes(64).toString("hex");
    tokens.set(token, url);
    const query = { Action: "ConfirmSubscription", TopicArn: topicArn, Token: token };
    const message = {
      Type: "SubscriptionConfirmation",
      Token: token,
      SubscribeURL: `${host}/?${new URLSearchParams(query).toString()}`,
      Message: `You have chosen to subscribe to the topic ${topicArn}.`,
    };
    return signer.callback(message, "valid");
  }

  return {
    notification: (message: string, signing: Signing) =>
      signer.callback({ Type: "Notification", Message: message }, signing),
    /** True once the endpoint has confirmed. */
    async subscribe(url: string, signal: AbortSignal): Promise<boolean> {
      if (confirmed.has(url)) return true;
      const onAnswer = () => undefined;
      await postCallback({ url, make: () => askToConfirm(url), onAnswer, signal });
      return confirmed.has(url);
    },
    /** What SNS' own address answers: the certificate, and to confirmations. */
    get(path: string, query: URLSearchParams): ServedText | null {
      if (path === signer.certificatePath) {
        const text = signer.certificate();
        return { status: 200, contentType: "application/x-pem-file", text };
      }
      if (path !== "/" || query.get("Action") !== "ConfirmSubscription") return null;
      const url = tokens.get(query.get("Token") ?? "");
      const contentType = "text/xml";
      if (url === undefined) return { status: 400, contentType, text: "<ErrorResponse/>" };
      confirmed.add(url);
      return { status: 200, contentType, text: "<ConfirmSubscriptionResponse/>" };
    },
  };
}
