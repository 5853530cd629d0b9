export { createSenderInapp } from "./app.ts";
export { senderInappConfig, type SenderInappConfig } from "./config.ts";
