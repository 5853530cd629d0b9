import { receivedDeliveries, resetSimulator } from "@pulsecourier/cli";
import type { Channel } from "@pulsecourier/contracts";
import type { Posted } from "../load/post-all.ts";
import type { Load } from "../load/start-load.ts";
import type { ProcessWatch } from "../processes/watch-processes.ts";
import { joinIds, type Joined } from "./join-ids.ts";
import { acceptedBy, lastArrival, type Progress, untilArrived } from "./simulator-arrivals.ts";
import type { Target } from "./target.ts";

export type Throughput = Joined & {
  accepted: number;
  refused: number;
  refusal?: string;
  /** From the first request to the last answer, while what was accepted is being sent. */
  acceptedPerSecond: number;
  /** From the first request to the last arrival at the provider or socket. */
  endToEndPerSecond: number;
  /** From the first request until every status was up to date. */
  settledPerSecond: number;
  /** How many messages each provider took; of none when they went to inboxes. */
  providers: Record<string, number>;
  /** Processor time a notification, by process, from the first request until every status was up to date. */
  cpuMicros: Record<string, number>;
};

/** A run as it was watched, for those who look closer. */
export type Watched = { figures: Throughput; posted: Posted; settledAt: number; seen: Progress[] };

export type ThroughputOptions = {
  load: Load;
  watch: ProcessWatch;
  channel: Channel;
  count: number;
  batch: number;
};

/** Single requests keep more clients waiting at a time than batches do. */
const IN_FLIGHT = { single: 64, batch: 8 };

/**
 * Posts `count` notifications as fast as they are accepted, waits until the other end has them and nothing is left
 * to do, and joins accepted ids with received ones.
 */
export async function measureThroughput(
  target: Target,
  options: ThroughputOptions,
): Promise<Throughput> {
  return (await watchThroughput(target, options)).figures;
}

/** As `measureThroughput`, with the times of everything. */
export async function watchThroughput(
  target: Target,
  { load, watch, channel, count, batch }: ThroughputOptions,
): Promise<Watched> {
  await Promise.all([resetSimulator(target.simulator), load.resetInboxes()]);
  const before = watch.cpuMicros();
  const posting = load.postAll({
    url: target.gateway,
    key: target.key,
    channel,
    webhooks: `${target.simulator}/hooks/bench`,
    count,
    batch,
    inFlight: batch === 1 ? IN_FLIGHT.single : IN_FLIGHT.batch,
  });
  const received = channel === "inapp" ? inInboxes(load, posting) : receivedBy(target, posting);
  const [posted, { lastAt, items, seen }] = await Promise.all([posting, received]);
  await target.settled(posted.ids);
  const settledAt = Date.now();
  const cpu = watch.cpuMicros();
  const accepted = posted.ids.length;
  const perSecond = (until: number) => (accepted * 1_000) / (until - posted.startedAt);
  const costs = Object.entries(cpu).map(([name, micros]) => [
    name,
    (micros - (before[name] ?? 0)) / accepted,
  ]);
  const figures = {
    accepted,
    refused: posted.refused,
    ...(posted.refusal === undefined ? {} : { refusal: posted.refusal }),
    acceptedPerSecond: perSecond(posted.answeredAt),
    endToEndPerSecond: perSecond(lastAt),
    settledPerSecond: perSecond(settledAt),
    providers: await acceptedBy(target.simulator),
    ...joinIds(
      posted.ids.map((id) => target.deliveryOf(id, channel)),
      await items(),
    ),
    cpuMicros: Object.fromEntries(costs),
  };
  return { figures, posted, settledAt, seen };
}

type Received = {
  lastAt: number;
  items: () => Promise<ReadonlyMap<string, number>>;
  seen: Progress[];
};

async function receivedBy({ simulator }: Target, posting: Promise<Posted>): Promise<Received> {
  const seen = await untilArrived(
    simulator,
    posting.then(({ ids }) => ids.length),
  );
  const lastAt = await lastArrival(simulator);
  return { lastAt, items: () => receivedDeliveries(simulator), seen };
}

async function inInboxes(load: Load, posting: Promise<Posted>): Promise<Received> {
  const { lastAt, items } = await load.untilInInboxes((await posting).ids.length);
  return { lastAt, items: async () => new Map(items), seen: [] };
}
