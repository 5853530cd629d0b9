export { createSenderEmail } from "./app.ts";
export { senderEmailConfig, type SenderEmailConfig } from "./config.ts";
