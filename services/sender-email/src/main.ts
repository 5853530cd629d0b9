import { runService } from "@pulsecourier/runtime";
import { createSenderEmail } from "./app.ts";
import { senderEmailConfig } from "./config.ts";

await runService("sender-email", senderEmailConfig, createSenderEmail);
