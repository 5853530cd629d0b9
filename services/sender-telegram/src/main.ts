import { runService } from "@pulsecourier/runtime";
import { senderTelegram } from "./index.ts";

await runService(senderTelegram.name, senderTelegram.config, senderTelegram.create);
