import { generateKeyPairSync } from "node:crypto";
import type { ReceiptKeys } from "./receipt-keys.ts";

type Simulator = {
  url: string;
  smtpUrl?: string;
  apnsUrl?: string;
  gateway: string;
  keys: ReceiptKeys;
};
type Accounts = Record<string, string>;

/** Nobody subscribed with it but the simulator's browser, which takes any. */
const VAPID = {
  publicKey:
    "BAkVprnOtq-5K6VEAhmeGXs9VP10cggobznmBf5B6Fzndo0qfBO4q0pSSnXWvC4dGE6LFNPfaVPtA6QPRF1r7kA",
  privateKey: "fTj0XuCTSulweHamcHLUmzzGADLcN3kbueH6PEP6WL8",
};

/** The accounts of each channel at the simulator; the first variable lists them. */
const ACCOUNTS: Record<string, (simulator: Simulator) => Accounts> = {
  EMAIL_PROVIDERS: ({ url, smtpUrl = "", keys }) => ({
    EMAIL_PROVIDERS: "sendgrid,smtp",
    SENDGRID_API_KEY: "SG.simulator",
    SENDGRID_BASE_URL: url,
    SENDGRID_WEBHOOK_PUBLIC_KEY: keys.sendgrid.verifies,
    SMTP_URL: smtpUrl,
    SES_ACCESS_KEY_ID: "simulator",
    SES_SECRET_ACCESS_KEY: "simulator",
    SES_CONFIGURATION_SET: "events",
    SES_BASE_URL: `${url}/ses`,
    SES_WEBHOOK_TOPIC_ARNS: "arn:aws:sns:us-east-1:000000000000:ses-events",
    SES_WEBHOOK_BASE_URL: `${url}/sns`,
  }),
  PUSH_PROVIDERS: ({ url, apnsUrl = "" }) => ({
    PUSH_PROVIDERS: "fcm,apns,webpush",
    FCM_SERVICE_ACCOUNT: serviceAccount(`${url}/oauth2/token`),
    FCM_BASE_URL: url,
    APNS_PRIVATE_KEY: newKey("ec"),
    APNS_KEY_ID: "SIMULATOR1",
    APNS_TEAM_ID: "SIMULATOR1",
    APNS_TOPIC: "com.example.shop",
    APNS_BASE_URL: apnsUrl,
    WEBPUSH_PUBLIC_KEY: VAPID.publicKey,
    WEBPUSH_PRIVATE_KEY: VAPID.privateKey,
    WEBPUSH_SUBJECT: "mailto:push@shop.example",
    WEBPUSH_BASE_URL: `${url}/webpush`,
  }),
  SMS_PROVIDERS: ({ url, gateway }) => ({
    SMS_PROVIDERS: "twilio,vonage",
    TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000000",
    TWILIO_AUTH_TOKEN: "simulator",
    TWILIO_FROM: "+15005550006",
    TWILIO_BASE_URL: url,
    TWILIO_WEBHOOK_AUTH_TOKEN: "simulator",
    TWILIO_STATUS_CALLBACK_URL: `${gateway}/v1/providers/twilio/webhooks`,
    VONAGE_API_KEY: "simulator",
    VONAGE_API_SECRET: "simulator",
    VONAGE_FROM: "PulseCourier",
    VONAGE_BASE_URL: url,
    VONAGE_STATUS_CALLBACK_URL: `${gateway}/v1/providers/vonage/webhooks`,
    VONAGE_WEBHOOK_SIGNATURE_SECRET: "simulator",
  }),
  SLACK_PROVIDERS: ({ url }) => ({
    SLACK_PROVIDERS: "slack",
    SLACK_BOT_TOKEN: "xoxb-simulator",
    SLACK_BASE_URL: `${url}/api`,
  }),
  TELEGRAM_PROVIDERS: ({ url }) => ({
    TELEGRAM_PROVIDERS: "telegram",
    TELEGRAM_BOT_TOKEN: "110201543:simulator",
    TELEGRAM_BASE_URL: url,
  }),
  WEBHOOK_PROVIDERS: () => ({ WEBHOOK_PROVIDERS: "http" }),
  WHATSAPP_PROVIDERS: ({ url }) => ({
    WHATSAPP_PROVIDERS: "whatsapp",
    WHATSAPP_PHONE_NUMBER_ID: "106540352242922",
    WHATSAPP_ACCESS_TOKEN: "simulator",
    WHATSAPP_BASE_URL: url,
    WHATSAPP_WEBHOOK_APP_SECRET: "simulator",
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: "simulator",
  }),
};

/**
 * Points the senders at the simulator: accounts for sandbox tenants always, and the default accounts of each channel
 * the user configured no providers for.
 */
export function withSimulator(env: NodeJS.ProcessEnv, simulator: Simulator): NodeJS.ProcessEnv {
  const all = { ...env };
  for (const [list, accountsAt] of Object.entries(ACCOUNTS)) {
    const accounts = accountsAt(simulator);
    if (!env[list]) Object.assign(all, accounts);
    for (const [name, value] of Object.entries(accounts)) {
      const sandbox = `SANDBOX_${name}`;
      all[sandbox] = env[sandbox] || value;
    }
  }
  return {
    ...all,
    // Webhooks go to where recipients and callbacks say, those of sandbox tenants excepted.
    SANDBOX_WEBHOOK_SEND_TO: `${simulator.url}/hooks/sandbox`,
    CALLBACK_ALLOWED_ORIGINS: env["CALLBACK_ALLOWED_ORIGINS"] || new URL(simulator.url).origin,
    PUBLIC_URL: env["PUBLIC_URL"] || `http://127.0.0.1:${env["GATEWAY_PORT"]}`,
  };
}

/** A key file as Firebase's console makes them, with a key of this run's own. */
function serviceAccount(tokenUrl: string): string {
  return JSON.stringify({
    type: "service_account",
    project_id: "simulator",
    client_email: "courier@simulator.example",
    private_key: newKey("rsa"),
    token_uri: tokenUrl,
  });
}

/** The PEM of a private key nobody else has. */
function newKey(type: "rsa" | "ec"): string {
  const { privateKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2_048 })
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}
