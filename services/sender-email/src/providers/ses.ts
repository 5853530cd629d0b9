import { SendRawEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { secret, text, url } from "@pulsecourier/runtime";
import { defineProvider, type OutgoingMessage, type ProviderOutcome } from "@pulsecourier/sender";
import MailComposer from "nodemailer/lib/mail-composer";
import { z } from "zod";
import { fromEnv, type Mail, toMail } from "../mail.ts";
import { classifySes } from "./classify-ses.ts";

const env = z
  .object({
    ...fromEnv,
    SES_REGION: text().default("us-east-1").describe("AWS region the mails are sent from"),
    SES_ACCESS_KEY_ID: text()
      .optional()
      .describe(
        "Access key that may call ses:SendRawEmail; without one, the role of the instance, task or pod is used",
      ),
    SES_SECRET_ACCESS_KEY: secret().optional().describe("The access key's secret"),
    SES_CONFIGURATION_SET: text()
      .optional()
      .describe(
        "Configuration set of the mails; its event destination reports what becomes of them",
      ),
    SES_BASE_URL: url("https", "http")
      .optional()
      .describe("Amazon SES' endpoint; without one, the region's"),
  })
  .refine(
    (all) => (all.SES_ACCESS_KEY_ID === undefined) === (all.SES_SECRET_ACCESS_KEY === undefined),
    {
      path: ["SES_SECRET_ACCESS_KEY"],
      message: "set both SES_ACCESS_KEY_ID and SES_SECRET_ACCESS_KEY, or neither",
    },
  );

/**
 * Amazon SES' `SendRawEmail` (https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html): raw, since
 * only that takes headers such as List-Unsubscribe. It knows no idempotency key, and replaces the Message-ID.
 */
export const ses = defineProvider({
  name: "ses",
  env,
  create: (config, { callTimeoutMs, concurrency: maxSockets }) => {
    const { SES_CONFIGURATION_SET: set } = config;
    const client = createClient(config, { callTimeoutMs, maxSockets });
    return {
      async send(message, context): Promise<ProviderOutcome> {
        const mail = toMail(message, context, config.EMAIL_FROM);
        const { address: from } = mail.from;
        const { raw, to } = await compose(mail);
        const command = new SendRawEmailCommand({
          Source: from,
          Destinations: to,
          RawMessage: { Data: raw },
          Tags: tagsOf(message),
          ...(set !== undefined && { ConfigurationSetName: set }),
        });
        try {
          const { MessageId: id } = await client.send(command, { abortSignal: context.signal });
          if (id) return { kind: "sent", providerMessageId: id };
          return { kind: "ambiguous", detail: "Amazon SES' answer names no message" };
        } catch (error) {
          return classifySes(error, from);
        }
      },
      close: () => Promise.resolve(client.destroy()),
    };
  },
});

function createClient(
  config: z.output<typeof env>,
  { callTimeoutMs, maxSockets }: { callTimeoutMs: number; maxSockets: number },
): SESClient {
  const { SES_ACCESS_KEY_ID: accessKeyId, SES_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const agent = { keepAlive: true, maxSockets };
  return new SESClient({
    region: config.SES_REGION,
    ...(config.SES_BASE_URL !== undefined && { endpoint: config.SES_BASE_URL }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    // Tries again are the sender's: it knows of other accounts, and of what may have been sent.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(5_000, callTimeoutMs / 2),
      requestTimeout: callTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

async function compose({ to, ...mail }: Mail): Promise<{ raw: Buffer; to: string[] }> {
  const node = new MailComposer({
    ...mail,
    to: { name: "", address: to },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  // The envelope has international domains as SES takes them, in ASCII.
  return { raw: await node.build(), to: node.getEnvelope().to };
}

/** What a tag may hold. */
const TAG_VALUE = /^[A-Za-z0-9_-]{1,255}$/;

/** What SES gives back with each event: receipts are joined by it. */
function tagsOf({ delivery: { id, notificationId, tenant } }: OutgoingMessage) {
  const base64 = Buffer.from(tenant).toString("base64url");
  const owner = TAG_VALUE.test(tenant) ? { tenant } : { tenant_base64: base64 };
  return Object.entries({ delivery_id: id, notification_id: notificationId, ...owner }).map(
    ([Name, Value]) => ({ Name, Value }),
  );
}
