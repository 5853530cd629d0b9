import { join } from "node:path";
import { createApi } from "../api-client.ts";
import {
  DATA_DIR,
  type DevFile,
  readDevFile,
  removeDevFile,
  ROOT,
  writeDevFile,
} from "../platform/dev-file.ts";
import { type Platform, startPlatform } from "../platform/start-platform.ts";
import { loadShop } from "../shop/load-shop.ts";
import { readShop, type Shop } from "../shop/read-shop.ts";
import { sendEvent, untilEnded } from "../shop/send-event.ts";
import { createProgress } from "../terminal/progress.ts";
import { timelineText } from "../terminal/timeline.ts";
import type { NotificationView } from "@pulsecourier/contracts";

/** Starts everything with the sample shop loaded, and writes `.pulse/dev.json`. */
export async function startWithShop(): Promise<{ platform: Platform; shop: Shop }> {
  const running = readDevFile();
  if (running !== null) {
    throw new Error(
      `Already running in this checkout (process ${running.pid}) at ${running.gateway}; stop it with Ctrl-C first.`,
    );
  }
  removeDevFile();
  const progress = createProgress();
  const platform = await startPlatform({ dataDir: DATA_DIR, env: process.env, progress });
  try {
    progress.step("Loading the sample shop");
    const shop = readShop(join(ROOT, "examples", "shop"));
    const { gateway, apiKey, sampleApiKey } = platform.dev;
    await Promise.all([apiKey, sampleApiKey].map((key) => loadShop(createApi(gateway, key), shop)));
    writeDevFile(platform.dev);
    progress.done("Ready.");
    return { platform, shop };
  } catch (error) {
    await platform.close();
    throw error;
  }
}

/** `pulse up`: starts, sends one sample event, shows its timeline and how to go on, stays until Ctrl-C. */
export async function up(): Promise<number> {
  const stop = stopSignal();
  const { platform, shop } = await startWithShop();
  try {
    process.stdout.write(`\n${await sample(platform.dev, shop)}\n\n${howToGoOn(platform.dev)}\n`);
    const reason = await Promise.race([stop, platform.ended]);
    if (reason !== "stopped") {
      process.stderr.write(`\nThe ${reason} services ended by themselves; stopping the rest.\n`);
      return 1;
    }
    process.stderr.write("\nStopping: services first, then servers.\n");
    return 0;
  } finally {
    removeDevFile();
    await platform.close();
  }
}

/** Resolves at the first SIGINT or SIGTERM; terminal and npm both deliver one Ctrl-C, so repeats are ignored. */
export function stopSignal(): Promise<"stopped"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => resolve("stopped"));
  });
}

async function sample(dev: DevFile, shop: Shop): Promise<string> {
  const api = createApi(dev.gateway, dev.sampleApiKey);
  const event = shop.events["order-placed"];
  if (event === undefined)
    throw new Error("examples/shop/events/order-placed.json is missing; restore it.");
  const eventId = await sendEvent(api, event);
  const [notification] = await untilEnded(api, eventId, 1);
  const view = await api.get<NotificationView>(`/v1/notifications/${notification?.id}`);
  return `One sample event (${event.type}), sent to the simulator:\n\n${timelineText(view)}`;
}

function howToGoOn(dev: DevFile): string {
  return `  gateway    ${dev.gateway}   (API reference at ${dev.gateway}/docs)
  simulator  ${dev.simulator}   (what providers received)
  API key    ${dev.apiKey}

Send one yourself:

  curl -s ${dev.gateway}/v1/notifications -H 'authorization: Bearer ${dev.apiKey}' \\
    -H 'content-type: application/json' \\
    -d '{"to":{"email":"you@example.com"},"content":{"subject":"Hello","text":"From PulseCourier"}}'

Ctrl-C stops everything.`;
}
