import { insertItems, type NewInboxItem } from "@pulsecourier/db";
import type { Fanout } from "@pulsecourier/redis";
import { defineProvider, type OutgoingMessage, type ProviderOutcome } from "@pulsecourier/sender";
import { z } from "zod";
import { createBatcher } from "../batcher.ts";

/** Most items one statement inserts. */
const MAX_BATCH = 500;

/**
 * Our own inbox as a provider. The item's id is the delivery's, so a repeated call changes nothing and no outcome
 * is ever ambiguous. Hubs are told over Redis; that is only a hint, they compare with Postgres themselves.
 */
export function inboxProvider(fanout: Pick<Fanout, "publish">) {
  return defineProvider({
    name: "inbox",
    env: z.object({}),
    create: (_env, { db, logger }) => {
      const tell = async (channel: string, message: string) => {
        const told = await fanout.publish(channel, message);
        if (!told.ok) logger.debug({ err: told.error }, "hubs were not told; they will see the item themselves");
      };
      const insert = createBatcher(MAX_BATCH, async (items: readonly NewInboxItem[]) => {
        const heads = await insertItems(db, items);
        for (const { tenant, recipient, seq } of heads) {
          void tell(`inbox:${tenant}:${recipient}`, JSON.stringify({ seq }));
        }
        return heads;
      });
      return {
        send: async (message): Promise<ProviderOutcome> => {
          try {
            await insert(itemOf(message));
            return { kind: "sent", providerMessageId: message.delivery.id };
          } catch (error) {
            return { kind: "transient", detail: error instanceof Error ? error.message : String(error) };
          }
        },
      };
    },
  });
}

function itemOf({ delivery, address, content }: OutgoingMessage): NewInboxItem {
  return {
    tenant: delivery.tenant,
    recipient: address,
    id: delivery.id,
    notificationId: delivery.notificationId,
    title: content["title"] ?? "",
    body: content["body"],
    data: delivery.data,
  };
}
