import { runService } from "@pulsecourier/runtime";
import { senderSms } from "./index.ts";

await runService(senderSms.name, senderSms.config, senderSms.create);
