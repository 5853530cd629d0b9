import type { NotificationView } from "@pulsecourier/contracts";
import { createApi } from "../api-client.ts";
import { type DevFile, removeDevFile } from "../platform/dev-file.ts";
import type { Shop } from "../shop/read-shop.ts";
import { sendEvent, untilEnded } from "../shop/send-event.ts";
import { watchInboxes } from "../shop/watch-inboxes.ts";
import { table } from "../terminal/table.ts";
import { startWithShop } from "./up.ts";

/** Notifications each event of the shop leads to; anything else is a failure of the demo. */
const EXPECTED: Record<string, number> = {
  "order-placed": 1,
  "order-shipped": 1,
  "login-requested": 1,
  "offers-published": 3,
};

type Arrival = {
  event: string;
  view: NotificationView;
  delivery: NotificationView["deliveries"][number];
  arrived: string | null;
};

/** `pulse demo`: sends every event of the shop and shows what reached whom; 0 only when all of it did. */
export async function demo(): Promise<number> {
  const { platform, shop } = await startWithShop();
  try {
    const arrivals = await sendAll(platform.dev, shop);
    process.stdout.write(`\n${report(arrivals)}\n`);
    const missing = arrivals.filter(({ arrived }) => arrived === null);
    process.stdout.write(
      missing.length === 0
        ? `\nAll ${arrivals.length} deliveries arrived.\n`
        : `\n${missing.length} of ${arrivals.length} deliveries did not arrive.\n`,
    );
    return missing.length === 0 ? 0 : 1;
  } finally {
    removeDevFile();
    await platform.close();
  }
}

async function sendAll(dev: DevFile, shop: Shop): Promise<Arrival[]> {
  const api = createApi(dev.gateway, dev.sampleApiKey);
  const inboxes = await watchInboxes(api, dev.realtime, Object.keys(shop.recipients));
  try {
    const perEvent = await Promise.all(
      Object.entries(shop.events).map(async ([name, event]) => {
        const ended = await untilEnded(api, await sendEvent(api, event), EXPECTED[name] ?? 1);
        const views = await Promise.all(
          ended.map(({ id }) => api.get<NotificationView>(`/v1/notifications/${id}`)),
        );
        return views.flatMap((view) =>
          view.deliveries.map((delivery) => ({ event: name, view, delivery })),
        );
      }),
    );
    return await Promise.all(
      perEvent.flat().map(async (one) => ({
        ...one,
        arrived:
          one.delivery.channel === "inapp"
            ? await inboxes.title(one.delivery.id)
            : await subjectAt(dev.simulator, one.delivery.id),
      })),
    );
  } finally {
    inboxes.close();
  }
}

/** The subject as the provider saw it, or null when it never did. */
async function subjectAt(simulator: string, deliveryId: string): Promise<string | null> {
  const response = await fetch(`${simulator}/__sim/messages?deliveryId=${deliveryId}`);
  const { data }: { data: { subject?: string }[] } = JSON.parse(await response.text());
  return data[0] === undefined ? null : (data[0].subject ?? "");
}

function report(arrivals: Arrival[]): string {
  const rows = arrivals.map(({ event, view, delivery, arrived }) => [
    event,
    view.recipient ?? "",
    view.lane ?? "",
    delivery.channel,
    delivery.provider ?? "",
    arrived === null ? `MISSING (${delivery.error?.code ?? delivery.status})` : arrived,
    delivery.sentAt === undefined
      ? ""
      : `${Date.parse(delivery.sentAt) - Date.parse(view.createdAt)} ms`,
  ]);
  return table(["event", "recipient", "lane", "channel", "provider", "arrived as", "after"], rows);
}
