import { receivedDeliveries, resetSimulator } from "@pulsecourier/cli";
import type { Bed } from "../bed.ts";
import { joinIds, type Joined } from "./join-ids.ts";
import { untilArrived } from "./simulator-arrivals.ts";
import { whilePaused } from "./target.ts";

export type Accepting = Joined & { accepted: number; refused: number; perSecond: number };

const IN_FLIGHT = { single: 64, batch: 8 };

/**
 * What a gateway in a process of its own accepts: written to Kafka and answered, while the rest of the platform
 * stands still. Afterwards all of it is sent, so that what is lost shows.
 */
export async function measureAccepting(
  { platform, loneGateway, load }: Pick<Bed, "platform" | "loneGateway" | "load">,
  { count, batch }: { count: number; batch: number },
): Promise<Accepting> {
  const { simulator } = platform;
  await resetSimulator(simulator);
  const inFlight = batch === 1 ? IN_FLIGHT.single : IN_FLIGHT.batch;
  const { key } = platform;
  const url = loneGateway.told;
  loneGateway.signal("SIGCONT");
  const posted = await whilePaused(platform, () =>
    load.postAll({ url, key, channel: "email", webhooks: "", count, batch, inFlight }),
  );
  loneGateway.signal("SIGSTOP");
  await untilArrived(simulator, Promise.resolve(posted.ids.length));
  await platform.settled(posted.ids);
  return {
    accepted: posted.ids.length,
    refused: posted.refused,
    perSecond: (posted.ids.length * 1_000) / (posted.answeredAt - posted.startedAt),
    ...joinIds(
      posted.ids.map((id) => platform.deliveryOf(id, "email")),
      await receivedDeliveries(simulator),
    ),
  };
}
