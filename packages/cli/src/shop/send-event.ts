import { randomUUID } from "node:crypto";
import { hasEnded, type NotificationStatus } from "@pulsecourier/contracts";
import type { Api } from "../api-client.ts";
import type { ShopEvent } from "./read-shop.ts";

type View = { id: string; status: NotificationStatus; recipient?: string };

/** Publishes an event of the shop under a fresh id; resolves with that id once Kafka has it. */
export async function sendEvent(api: Api, event: ShopEvent): Promise<string> {
  const id = randomUUID();
  await api.post("/v1/events", {
    ...event,
    specversion: "1.0",
    datacontenttype: "application/json",
    id,
  });
  return id;
}

/** Waits until `count` notifications of an event have ended, and returns their ids; rejects after `timeoutMs`. */
export async function untilEnded(
  api: Api,
  eventId: string,
  count: number,
  timeoutMs = 20_000,
): Promise<View[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { data } = await api.get<{ data: View[] }>(
      `/v1/notifications?eventId=${encodeURIComponent(eventId)}&limit=100`,
    );
    if (data.length >= count && data.every((one) => hasEnded(one.status))) return data;
    if (performance.now() > deadline) {
      const seen = data.map((one) => `${one.id} ${one.status}`).join(", ");
      throw new Error(
        `Event ${eventId} did not end in ${timeoutMs / 1_000} s; so far: ${seen || "nothing"}.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
