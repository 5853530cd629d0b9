import type { SimulatorConfig } from "../config.ts";
import type { Reporter } from "./reporter.ts";
import { createSendgridReporter } from "./sendgrid-reporter.ts";
import { createSesReporter } from "./ses-reporter.ts";
import { createTwilioReporter } from "./twilio-reporter.ts";
import { createVonageReporter } from "./vonage-reporter.ts";
import { createWhatsappReporter } from "./whatsapp-reporter.ts";

/** Every provider that reports what became of messages, by its name: one line each. */
export const createReporters = (config: SimulatorConfig): Record<string, Reporter> => ({
  twilio: createTwilioReporter(config.SIMULATOR_TWILIO_AUTH_TOKEN),
  sendgrid: createSendgridReporter(config.SIMULATOR_SENDGRID_SIGNING_KEY),
  ses: createSesReporter(config.SIMULATOR_SES_TOPIC_ARN, config.SIMULATOR_SES_SIGNATURE_VERSION),
  vonage: createVonageReporter(config.SIMULATOR_VONAGE_SIGNATURE_SECRET),
  whatsapp: createWhatsappReporter({
    appSecret: config.SIMULATOR_WHATSAPP_APP_SECRET,
    verifyToken: config.SIMULATOR_WHATSAPP_VERIFY_TOKEN,
  }),
});
