import { runService } from "@pulsecourier/runtime";
import { senderWhatsapp } from "./index.ts";

await runService(senderWhatsapp.name, senderWhatsapp.config, senderWhatsapp.create);
