import { runService } from "@pulsecourier/runtime";
import { senderSlack } from "./index.ts";

await runService(senderSlack.name, senderSlack.config, senderSlack.create);
