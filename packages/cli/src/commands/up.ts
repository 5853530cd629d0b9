import type { NotificationView } from "@pulsecourier/contracts";
import { createApi } from "../api-client.ts";
import { dataDirectory, type DevFile } from "../platform/dev-file.ts";
import type { Shop } from "../shop/read-shop.ts";
import { sendEvent, untilEnded } from "../shop/send-event.ts";
import { timelineText } from "../terminal/timeline.ts";
import { withShop } from "./with-shop.ts";

const SAMPLE_RECIPIENT = "customer-1";
const SAMPLE = "order-placed";

/** `pulse up`: starts, sends one sample event, shows its timeline and how to go on, stays until Ctrl-C. */
export function up({ shop: shopDir }: { shop: string }): Promise<number> {
  const options = { dataDir: dataDirectory(), shopDir, stoppedCode: 0 };
  return withShop(options, async (dev, shop) => {
    process.stdout.write(`\n${await sample(dev, shop)}\n\n${howToGoOn(dev, process.env)}\n`);
    return new Promise(() => undefined);
  });
}

async function sample(dev: DevFile, shop: Shop): Promise<string> {
  const api = createApi(dev.gateway, dev.sampleApiKey);
  const event = shop.events[SAMPLE];
  if (event === undefined) return `The shop has no events/${SAMPLE}.json to send as a sample.`;
  const ended = await untilEnded(api, await sendEvent(api, event), 2);
  // The shop's team is told of the order, too; the customer's notification shows more.
  const shown = ended.find(({ recipient }) => recipient === SAMPLE_RECIPIENT) ?? ended[0];
  const view = await api.get<NotificationView>(`/v1/notifications/${shown?.id}`);
  return `One sample event (${event.type}), sent to the simulator:\n\n${timelineText(view)}`;
}

/** Where everything is and what to try, as printed when the platform is ready. */
export function howToGoOn(dev: DevFile, env: NodeJS.ProcessEnv): string {
  const providers = env["EMAIL_PROVIDERS"];
  return `  gateway    ${dev.gateway}  (API reference at ${dev.gateway}/docs)
  simulator  ${dev.simulator}  (what providers received)
  email by   ${providers ? `${providers}  (EMAIL_PROVIDERS: real mail; the sample above was not)` : "the simulator  (EMAIL_PROVIDERS is not set)"}
  API key    ${dev.apiKey}

Send one yourself, in another terminal:

curl -s ${dev.gateway}/v1/notifications \\
  -H 'authorization: Bearer ${dev.apiKey}' \\
  -H 'content-type: application/json' \\
  -d '{"to":{"email":"you@example.com"},"content":{"subject":"Hello","text":"From PulseCourier"}}'

and see what happened to it: npx pulse status <id from the answer>

Ctrl-C stops everything.`;
}
