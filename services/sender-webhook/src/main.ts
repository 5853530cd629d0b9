import { runService } from "@pulsecourier/runtime";
import { senderWebhook } from "./index.ts";

await runService(senderWebhook.name, senderWebhook.config, senderWebhook.create);
