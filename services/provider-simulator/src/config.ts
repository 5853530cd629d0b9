import { commonEnv, integer, port, secret, text, url } from "@pulsecourier/runtime";
import { z } from "zod";

export const simulatorConfig = commonEnv
  .pick({ LOG_LEVEL: true, SHUTDOWN_DEADLINE_MS: true })
  .extend({
    SIMULATOR_HOST: text()
      .default("127.0.0.1")
      .describe("Address to listen on; keep it on loopback"),
    SIMULATOR_PORT: port().default(8025).describe("Page, control API and HTTP providers"),
    SIMULATOR_SMTP_PORT: port().default(1025).describe("SMTP server"),
    SIMULATOR_APNS_PORT: port().default(2197).describe("APNs over HTTP/2, without TLS"),
    SIMULATOR_JOURNAL: text()
      .optional()
      .describe("File that every message is appended to, one JSON object a line"),
    SIMULATOR_JOURNAL_ENTRIES: integer({ min: 1_000, max: 5_000_000, unit: "messages" })
      .default(250_000)
      .describe("How many messages are kept in memory"),
    SIMULATOR_RECEIPTS_URL: url("http", "https")
      .optional()
      .describe("Gateway that is told what became of messages; unset, nobody is"),
    SIMULATOR_RECEIPT_DELAY_MS: integer({ min: 0, max: 600_000, unit: "ms" })
      .default(500)
      .describe("How long after accepting a message its receipt is sent"),
    SIMULATOR_TWILIO_AUTH_TOKEN: secret()
      .default("simulator")
      .describe("Auth token that signs Twilio's callbacks"),
    SIMULATOR_SENDGRID_SIGNING_KEY: secret()
      .optional()
      .describe(
        "P-256 key, PKCS 8 in base64, that signs SendGrid's callbacks; made at start if unset",
      ),
    SIMULATOR_VONAGE_SIGNATURE_SECRET: secret()
      .default("simulator")
      .describe("Signature secret that signs Vonage's callbacks"),
    SIMULATOR_WHATSAPP_APP_SECRET: secret()
      .default("simulator")
      .describe("App secret that signs WhatsApp's callbacks"),
    SIMULATOR_WHATSAPP_VERIFY_TOKEN: secret()
      .default("simulator")
      .describe("What Meta shows when it checks the URL of WhatsApp's callbacks"),
    SIMULATOR_SES_TOPIC_ARN: text()
      .default("arn:aws:sns:us-east-1:000000000000:ses-events")
      .describe("SNS topic that the events of Amazon SES go to"),
    SIMULATOR_SES_SIGNATURE_VERSION: integer({ min: 1, max: 2 })
      .default(2)
      .describe("How that topic's messages are signed: 1 by SHA-1, 2 by SHA-256"),
  });

export type SimulatorConfig = z.output<typeof simulatorConfig>;
