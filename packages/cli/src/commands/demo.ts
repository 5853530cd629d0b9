import type { NotificationView } from "@pulsecourier/contracts";
import { createDb, returnToNow } from "@pulsecourier/db";
import { type Api, createApi } from "../api-client.ts";
import { dataDirectory, type DevFile } from "../platform/dev-file.ts";
import { storyText } from "../shop/story-text.ts";
import type { Story } from "../shop/story.ts";
import { tellStory } from "../shop/tell-story.ts";
import { type Arrival, arrivalsTable, whyNot } from "../shop/arrivals.ts";
import type { Shop } from "../shop/read-shop.ts";
import { sendEvent, untilEnded } from "../shop/send-event.ts";
import { type Inboxes, watchInboxes } from "../shop/watch-inboxes.ts";
import { behave } from "../simulator-control.ts";
import { withShop } from "./with-shop.ts";

const REPORTED: ReadonlySet<string> = new Set(["delivered", "read"]);
const TOLD_MS = 5_000;

/** `pulse demo`: sends every event of the shop, acts out its stories, and shows what reached whom; 0 only when all of it did. */
export function demo({ shop: shopDir }: { shop: string }): Promise<number> {
  return withShop({ dataDir: dataDirectory(), shopDir }, async (dev, shop) => {
    const arrivals = await sendAll(dev, shop);
    const missing = arrivals.filter(({ subject }) => subject === null).length;
    process.stdout.write(`\n${arrivalsTable(arrivals)}\n\n`);
    process.stdout.write(
      missing === 0
        ? `All ${arrivals.length} deliveries arrived.\n`
        : `${missing} of ${arrivals.length} deliveries did not arrive.\n`,
    );
    // Stories build on what is missing.
    if (missing > 0) return 1;
    return (await tellStories(dev, Object.values(shop.stories))) === 0 ? 0 : 1;
  });
}

/** Acts out the stories one after the other, since each moves the clock on; how many did not end as expected. */
async function tellStories(dev: DevFile, stories: readonly Story[]): Promise<number> {
  const db = createDb({ url: dev.database, max: 1, onError: () => undefined });
  const stage = { api: createApi(dev.gateway, dev.sampleApiKey), db, simulator: dev.simulator };
  let untold = 0;
  try {
    for (const story of stories) {
      const told = await tellStory(story, stage);
      if (told.missing.length > 0) untold += 1;
      process.stdout.write(`\n${storyText(told)}\n`);
    }
    if (stories.length > 0) {
      process.stdout.write(
        `\n${stories.length - untold} of ${stories.length} stories ended well.\n`,
      );
    }
    return untold;
  } finally {
    await returnToNow(db);
    await db.close();
  }
}

async function sendAll(dev: DevFile, shop: Shop): Promise<Arrival[]> {
  const api = createApi(dev.gateway, dev.sampleApiKey);
  await checkSignatures(api, dev.simulator);
  const inboxes = await watchInboxes(api, dev.realtime, Object.keys(shop.recipients));
  try {
    const perEvent = await Promise.all(
      Object.keys(shop.events).map(async (event) => {
        const views = await viewsOf(api, shop, event);
        return Promise.all(
          views.flatMap(({ view, channels }) =>
            channels.map((channel) => arrival({ event, view, channel }, dev, inboxes)),
          ),
        );
      }),
    );
    return perEvent.flat();
  } finally {
    inboxes.close();
  }
}

/** Webhooks that the tenant's secret did not sign are refused from now on, as a receiver would. */
async function checkSignatures(api: Api, simulator: string): Promise<void> {
  const { secret } = await api.get<{ secret: string }>("/v1/webhook-secret");
  await behave(simulator, "webhook", { secrets: [secret] });
}

/** Sends an event and waits for its notifications, each with the channels it is expected through. */
async function viewsOf(api: Api, shop: Shop, name: string) {
  const event = shop.events[name];
  const expected = shop.expected[name];
  if (event === undefined || expected === undefined)
    throw new Error(`expected.json of the shop says nothing of the event ${name}.`);
  const recipients = Object.entries(expected);
  const ended = await untilEnded(api, await sendEvent(api, event), recipients.length);
  return Promise.all(
    recipients.map(async ([recipient, channels]) => {
      const id = ended.find((one) => one.recipient === recipient)?.id;
      if (id === undefined) throw new Error(`The event ${name} led to nothing for ${recipient}.`);
      return { view: await untilTold(api, id), channels };
    }),
  );
}

/** The notification once its senders have told what they did: a receipt may be there before. */
async function untilTold(api: Api, id: string): Promise<NotificationView> {
  const deadline = performance.now() + TOLD_MS;
  for (;;) {
    const view = await api.get<NotificationView>(`/v1/notifications/${id}`);
    const isTold = view.deliveries.every(
      ({ status, sentAt }) => !REPORTED.has(status) || sentAt !== undefined,
    );
    if (isTold || performance.now() > deadline) return view;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function arrival(
  { event, view, channel }: { event: string; view: NotificationView; channel: string },
  dev: DevFile,
  inboxes: Inboxes,
): Promise<Arrival> {
  const delivery = view.deliveries.find((one) => one.channel === channel);
  const subject =
    delivery?.sentAt === undefined
      ? null
      : channel === "inapp"
        ? await inboxes.title(delivery.id)
        : await subjectAt(dev.simulator, delivery.id);
  return {
    event,
    recipient: view.recipient ?? "",
    lane: view.lane ?? "",
    channel,
    provider: delivery?.provider ?? "",
    subject,
    ...(subject === null
      ? { why: whyNot(view, channel) }
      : { afterMs: Date.parse(delivery?.sentAt ?? "") - Date.parse(view.createdAt) }),
  };
}

/** The subject as the provider saw it, or null when it never did. */
async function subjectAt(simulator: string, deliveryId: string): Promise<string | null> {
  const response = await fetch(`${simulator}/__sim/messages?deliveryId=${deliveryId}`);
  const { data }: { data: { subject?: string }[] } = JSON.parse(await response.text());
  return data[0] === undefined ? null : (data[0].subject ?? "");
}
