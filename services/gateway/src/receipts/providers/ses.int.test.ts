import { randomUUID } from "node:crypto";
import { testReceipts } from "../test-receipts.ts";
import type { Callback } from "../test-relay.ts";

const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/ses/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

const changed =
  (change: (message: Record<string, string>) => object) =>
  (callback: Callback): Callback => {
    const message: Record<string, string> = JSON.parse(String(callback.body));
    return { ...callback, body: Buffer.from(JSON.stringify({ ...message, ...change(message) })) };
  };

testReceipts({
  provider: "ses",
  channel: "email",
  env: (simulator) => ({ SES_WEBHOOK_BASE_URL: `${simulator}/sns` }),
  newAddress: () => `${randomUUID()}@example.com`,
  send(url, { to, ...ours }) {
    const mail = `From: shop@shop.example\r\nTo: ${to}\r\nSubject: Hello\r\n\r\nHello`;
    const tags = {
      delivery_id: ours.deliveryId,
      notification_id: ours.notificationId,
      tenant: ours.tenant,
    };
    const form = new URLSearchParams({
      Action: "SendRawEmail",
      Version: "2010-12-01",
      "RawMessage.Data": Buffer.from(mail).toString("base64"),
      "Destinations.member.1": to,
      ConfigurationSetName: "events",
    });
    for (const [index, [name, value]] of Object.entries(tags).entries()) {
      form.set(`Tags.member.${index + 1}.Name`, name);
      form.set(`Tags.member.${index + 1}.Value`, value);
    }
    return fetch(`${url}/ses/`, {
      method: "POST",
      headers: { authorization, "x-amz-date": "20261121T000000Z" },
      body: form,
    });
  },
  forge: {
    "another text": changed(({ Message = "" }) => ({ Message: `${Message} ` })),
    "another topic": changed(({ TopicArn = "" }) => ({ TopicArn: `${TopicArn}-2` })),
    "another time": changed(() => ({ Timestamp: new Date(Date.now() - 1_000).toISOString() })),
    "another subject": changed(() => ({ Subject: "Amazon SES Email Event Notification" })),
    "the other digest": changed(() => ({ SignatureVersion: "1" })),
    unsigned: changed(() => ({ Signature: "" })),
    "a certificate of somebody's": changed(({ SigningCertURL = "" }) => ({
      SigningCertURL: SigningCertURL.replace("amazonaws.com", "amazonaws.com.evil.example"),
    })),
    "a certificate of another region": changed(({ SigningCertURL = "" }) => ({
      SigningCertURL: SigningCertURL.replace("us-east-1", "eu-west-1"),
    })),
    "a certificate over http": changed(({ SigningCertURL = "" }) => ({
      SigningCertURL: SigningCertURL.replace("https:", "http:"),
    })),
    "a certificate elsewhere at SNS": changed(({ SigningCertURL = "" }) => ({
      SigningCertURL: SigningCertURL.replace("/Simple", "/?/Simple"),
    })),
  },
  signsTime: true,
  bounced: "hard_bounce",
});
