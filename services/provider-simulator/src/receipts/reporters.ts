import type { SimulatorConfig } from "../config.ts";
import type { Reporter } from "./reporter.ts";
import { createSendgridReporter } from "./sendgrid-reporter.ts";
import { createTwilioReporter } from "./twilio-reporter.ts";

/** Every provider that reports what became of messages, by its name: one line each. */
export const createReporters = (config: SimulatorConfig): Record<string, Reporter> => ({
  twilio: createTwilioReporter(config.SIMULATOR_TWILIO_AUTH_TOKEN),
  sendgrid: createSendgridReporter(config.SIMULATOR_SENDGRID_SIGNING_KEY),
});
