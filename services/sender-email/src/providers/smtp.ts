import { integer, url } from "@pulsecourier/runtime";
import { defineProvider, type ProviderOutcome } from "@pulsecourier/sender";
import { createTransport, type Transporter } from "nodemailer";
import { z } from "zod";
import { fromEnv, toMail } from "../mail.ts";
import { classifySmtp } from "./classify-smtp.ts";
import { watchStreams } from "./watch-streams.ts";

const env = z.object({
  ...fromEnv,
  SMTP_URL: url("smtp", "smtps").meta({
    secret: true,
    description:
      "Mail server, as smtps://user:password@host:465 or smtp://host:587 (STARTTLS when offered)",
  }),
  SMTP_CONNECTIONS: integer({ min: 1, max: 500, unit: "connections" })
    .default(20)
    .describe("Most connections kept to the mail server, per process"),
});

/** A mail server over pooled SMTP connections. `250` means it took the mail, not that it was delivered. */
export const smtp = defineProvider({
  name: "smtp",
  env,
  create: (config, { callTimeoutMs }) => {
    // Well within the call's time, so that a server that is away is told from one whose connections are all busy.
    const connectMs = Math.min(5_000, callTimeoutMs / 2);
    const transport: Transporter = createTransport({
      url: config.SMTP_URL,
      pool: true,
      maxConnections: config.SMTP_CONNECTIONS,
      maxMessages: Number.POSITIVE_INFINITY,
      maxRequeues: 1,
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: callTimeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const streams = watchStreams(transport);
    return {
      async send(message, context): Promise<ProviderOutcome> {
        const { idempotencyKey, signal } = context;
        const { to, ...mail } = toMail(message, context, config.EMAIL_FROM);
        const { address } = mail.from;
        // The same for every attempt, so that mailboxes which fold doubles can.
        const messageId = `<${idempotencyKey}@${address.slice(address.lastIndexOf("@") + 1)}>`;
        const data = { ...mail, to: { name: "", address: to }, messageId, signal };
        try {
          const info = await transport.sendMail(data);
          return { kind: "sent", providerMessageId: info.messageId };
        } catch (error) {
          return classifySmtp(error, streams.stateOf(messageId));
        } finally {
          streams.forget(messageId);
        }
      },
      close: () => Promise.resolve(transport.close()),
    };
  },
});
