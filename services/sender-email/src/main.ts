import { runService } from "@pulsecourier/runtime";
import { senderEmail } from "./index.ts";

await runService(senderEmail.name, senderEmail.config, senderEmail.create);
