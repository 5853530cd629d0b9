import type { NotificationView } from "@pulsecourier/contracts";
import type { Api } from "../api-client.ts";
import { receivedDeliveries, resetSimulator, untilReceived } from "./received.ts";

const BATCH = 100;
const IN_FLIGHT = 4;

export type Throughput = {
  acceptedPerSecond: number;
  endToEndPerSecond: number;
  /** Accepted but never seen by the provider. */
  lost: number;
  /** Deliveries the provider accepted more than once. */
  duplicated: number;
};

type Options = { api: Api; simulator: string; count: number };

/** Posts `count` notifications in batches, waits for the provider to have them, and joins the two. */
export async function measureThroughput({ api, simulator, count }: Options): Promise<Throughput> {
  await resetSimulator(simulator);
  const accepted: string[] = [];
  const started = performance.now();
  let next = 0;
  const post = async () => {
    while (next < count) {
      const from = next;
      next += BATCH;
      const notifications = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
        message(from + index),
      );
      const { results } = await api.post<{ results: { id?: string }[] }>(
        "/v1/notifications/batch",
        { notifications },
      );
      for (const { id } of results) if (id !== undefined) accepted.push(id);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, post));
  const acceptedMs = performance.now() - started;
  await untilReceived(simulator, accepted.length);
  const endToEndMs = performance.now() - started;
  const received = await receivedDeliveries(simulator);
  const lost = await lostOf(api, accepted, received);
  const duplicated = [...received.values()].filter((times) => times > 1).length;
  const perSecond = (ms: number) => (accepted.length / ms) * 1_000;
  return {
    acceptedPerSecond: perSecond(acceptedMs),
    endToEndPerSecond: perSecond(endToEndMs),
    lost,
    duplicated,
  };
}

const message = (index: number) => ({
  to: { id: `bench-${index % 5_000}`, email: `bench-${index % 5_000}@example.com` },
  channels: ["email"],
  content: { subject: `Bench ${index}`, text: `Message ${index} of the bench.` },
});

/** Equal counts settle it; otherwise every accepted id is asked for its deliveries. */
async function lostOf(
  api: Api,
  accepted: string[],
  received: Map<string, number>,
): Promise<number> {
  if (received.size === accepted.length) return 0;
  let lost = 0;
  for (const id of accepted) {
    const view = await api.get<NotificationView>(`/v1/notifications/${id}`);
    if (!view.deliveries.some((delivery) => received.has(delivery.id))) lost += 1;
  }
  return lost;
}
