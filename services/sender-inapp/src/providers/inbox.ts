import { type Db, insertItems, type NewInboxItem } from "@pulsecourier/db";
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
      const tell = async (channel: string, seq: number) => {
        const told = await fanout.publish(channel, JSON.stringify({ seq }));
        if (!told.ok)
          logger.debug(
            { err: told.error },
            "hubs were not told; they will see the item themselves",
          );
      };
      const insert = async (items: readonly NewInboxItem[]) => {
        for (const [channel, seq] of await insertAll(db, items)) void tell(channel, seq);
      };
      const insertSoon = createBatcher(MAX_BATCH, insert);
      return {
        send: async (message, { signal }) => {
          const item = itemOf(message);
          const outcome = insertSoon(item)
            // One item Postgres cannot hold refuses its batch: each of them tries alone.
            .catch((error: unknown) =>
              isDataError(error) ? insert([item]) : Promise.reject(error),
            )
            .then((): ProviderOutcome => ({ kind: "sent", providerMessageId: item.id }), outcomeOf);
          return await Promise.race([outcome, lateOutcome(signal)]);
        },
      };
    },
  });
}

/** The newest position of each inbox something was put into, by the channel its hubs listen to. */
async function insertAll(db: Db, items: readonly NewInboxItem[]): Promise<Map<string, number>> {
  const placed = await insertItems(db, items);
  return new Map(placed.map(({ tenant, recipient, seq }) => [`inbox:${tenant}:${recipient}`, seq]));
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

function outcomeOf(error: unknown): ProviderOutcome {
  const detail = error instanceof Error ? error.message : String(error);
  if (!isDataError(error)) return { kind: "transient", detail };
  return {
    kind: "permanent",
    code: "content_unusable",
    detail: `Postgres cannot hold it: ${detail}`,
  };
}

/** SQLSTATE class 22: the values are at fault, such as a NUL character in a text. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("22");
}

/** Inserting is safe to repeat, so a call whose time is up is not in doubt as other providers' are. */
function lateOutcome(signal: AbortSignal): Promise<ProviderOutcome> {
  return new Promise((resolve) => {
    const late = () => resolve({ kind: "transient", detail: "Postgres did not answer in time" });
    signal.addEventListener("abort", late, { once: true });
  });
}
