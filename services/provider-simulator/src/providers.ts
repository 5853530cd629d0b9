import type { HttpProvider, ServerProvider } from "./provider.ts";
import { sendgrid } from "./providers/sendgrid.ts";
import { ses } from "./providers/ses.ts";
import { webhook } from "./providers/webhook.ts";
import { smtp } from "./providers/smtp.ts";
import { twilio } from "./providers/twilio.ts";
import { vonage } from "./providers/vonage.ts";
import { whatsapp } from "./providers/whatsapp.ts";

/** Every provider that is called over HTTP: one line each. */
export const httpProviders: HttpProvider[] = [sendgrid, ses, twilio, vonage, webhook, whatsapp];

/** Every provider with a server of its own. */
export const serverProviders = { smtp } satisfies Record<string, ServerProvider>;

export const providerNames = [...httpProviders, ...Object.values(serverProviders)].map(
  (provider) => provider.name,
);
