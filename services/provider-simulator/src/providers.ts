import type { HttpProvider, ServerProvider } from "./provider.ts";
import { apns } from "./providers/apns.ts";
import { fcm } from "./providers/fcm.ts";
import { sendgrid } from "./providers/sendgrid.ts";
import { ses } from "./providers/ses.ts";
import { slackWebhook } from "./providers/slack-webhook.ts";
import { slack } from "./providers/slack.ts";
import { smtp } from "./providers/smtp.ts";
import { telegram } from "./providers/telegram.ts";
import { twilio } from "./providers/twilio.ts";
import { vonage } from "./providers/vonage.ts";
import { webhook } from "./providers/webhook.ts";
import { webpush } from "./providers/webpush.ts";
import { whatsapp } from "./providers/whatsapp.ts";

/** Every provider that is called over HTTP: one line each. */
export const httpProviders: HttpProvider[] = [
  sendgrid,
  ses,
  twilio,
  vonage,
  fcm,
  webpush,
  slack,
  slackWebhook,
  telegram,
  webhook,
  whatsapp,
];

/** Every provider with a server of its own. */
export const serverProviders = { smtp, apns } satisfies Record<string, ServerProvider>;

export const providerNames = [...httpProviders, ...Object.values(serverProviders)].map(
  (provider) => provider.name,
);
