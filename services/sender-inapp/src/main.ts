import { runService } from "@pulsecourier/runtime";
import { createSenderInapp } from "./app.ts";
import { senderInappConfig } from "./config.ts";

await runService("sender-inapp", senderInappConfig, createSenderInapp);
