import { gatewayConfig } from "@pulsecourier/gateway";
import { orchestratorConfig } from "@pulsecourier/orchestrator";
import { simulatorConfig } from "@pulsecourier/provider-simulator";
import { realtimeConfig } from "@pulsecourier/realtime";
import { routerConfig } from "@pulsecourier/router";
import { type ConfigRow, describeConfig } from "@pulsecourier/runtime";
import { schedulerConfig } from "@pulsecourier/scheduler";
import { senderEmail } from "@pulsecourier/sender-email";
import { senderInappConfig } from "@pulsecourier/sender-inapp";
import { senderPush } from "@pulsecourier/sender-push";
import { senderSlack } from "@pulsecourier/sender-slack";
import { senderSms } from "@pulsecourier/sender-sms";
import { senderTelegram } from "@pulsecourier/sender-telegram";
import { senderWebhook } from "@pulsecourier/sender-webhook";
import { senderWhatsapp } from "@pulsecourier/sender-whatsapp";
import { trackerConfig } from "@pulsecourier/tracker";
import { migrateConfig } from "../commands/migrate.ts";

type Schema = Parameters<typeof describeConfig>[0];

/** The environment of everything that is deployed, by name. */
export const SCHEMAS: Record<string, Schema> = {
  gateway: gatewayConfig,
  router: routerConfig,
  orchestrator: orchestratorConfig,
  scheduler: schedulerConfig,
  tracker: trackerConfig,
  "sender-email": senderEmail.config,
  "sender-inapp": senderInappConfig,
  "sender-push": senderPush.config,
  "sender-sms": senderSms.config,
  "sender-slack": senderSlack.config,
  "sender-telegram": senderTelegram.config,
  "sender-webhook": senderWebhook.config,
  "sender-whatsapp": senderWhatsapp.config,
  realtime: realtimeConfig,
  "pulse migrate": migrateConfig,
  "provider-simulator": simulatorConfig,
};

/** A variable and all who read it. */
export type Variable = ConfigRow & { readBy: string[] };

/** Every variable once, the widely read first. Those of sandbox accounts are left out: they repeat the accounts'. */
export function variables(): Variable[] {
  const all = new Map<string, Variable>();
  for (const [service, schema] of Object.entries(SCHEMAS)) {
    for (const row of describeConfig(schema)) {
      const known = all.get(row.name);
      if (known !== undefined) known.readBy.push(service);
      else if (!row.name.startsWith("SANDBOX_")) all.set(row.name, { ...row, readBy: [service] });
    }
  }
  return [...all.values()];
}
