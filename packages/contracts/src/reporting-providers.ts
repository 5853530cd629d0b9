/** Providers that report what was delivered and read; through others, what was sent is the last that is heard of. */
export const REPORTING_PROVIDERS: readonly string[] = [
  "sendgrid",
  "ses",
  "twilio",
  "vonage",
  "whatsapp",
];
