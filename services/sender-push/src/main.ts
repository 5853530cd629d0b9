import { runService } from "@pulsecourier/runtime";
import { senderPush } from "./index.ts";

await runService(senderPush.name, senderPush.config, senderPush.create);
