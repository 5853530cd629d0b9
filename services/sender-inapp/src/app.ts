import { createLogger } from "@pulsecourier/observability";
import { createFanout, createRedis } from "@pulsecourier/redis";
import type { Service } from "@pulsecourier/runtime";
import { createSender, type SenderOverrides } from "@pulsecourier/sender";
import type { SenderInappConfig } from "./config.ts";
import { inboxProvider } from "./providers/inbox.ts";

/** Sends in-app notifications: rows in the inbox, and a hint over Redis to whoever holds the recipient's sockets. */
export async function createSenderInapp(
  config: SenderInappConfig,
  overrides?: SenderOverrides,
): Promise<Service> {
  const logger =
    overrides?.logger ?? createLogger({ service: "sender-inapp", level: config.LOG_LEVEL });
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  const sender = await createSender({
    channel: "inapp",
    providers: [inboxProvider(createFanout(redis))],
    config,
    port: config.SENDER_INAPP_PORT,
    overrides: { ...overrides, logger },
  });
  return {
    name: sender.name,
    start: async () => {
      await redis.start();
      return sender.start();
    },
    close: async () => {
      await sender.close();
      await redis.close();
    },
  };
}
