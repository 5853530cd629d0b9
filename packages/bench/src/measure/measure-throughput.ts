import { receivedDeliveries, resetSimulator, untilReceived } from "@pulsecourier/cli";
import type { Kind } from "../load/message.ts";
import type { Load } from "../load/start-load.ts";
import type { Posted } from "../load/post-all.ts";
import type { ProcessWatch } from "../processes/watch-processes.ts";
import { lastArrival } from "./arrivals.ts";
import { joinIds, type Joined } from "./join-ids.ts";
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
  /** Processor time of each process, from the first request until every status was up to date. */
  cpuMicros: Record<string, number>;
};

export type ThroughputOptions = {
  load: Load;
  watch: ProcessWatch;
  kind: Kind;
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
  { load, watch, kind, count, batch }: ThroughputOptions,
): Promise<Throughput> {
  await (kind === "email" ? resetSimulator(target.simulator) : load.resetInboxes());
  const before = watch.cpuMicros();
  const inFlight = batch === 1 ? IN_FLIGHT.single : IN_FLIGHT.batch;
  const { gateway: url, key } = target;
  const posted = await load.postAll({ url, key, kind, count, batch, inFlight });
  const accepted = posted.ids.length;
  const { lastAt, items } = await (kind === "email"
    ? untilAtProvider(target, accepted)
    : untilInInboxes(load, accepted));
  await target.settled(posted.ids);
  const settledAt = Date.now();
  const cpu = watch.cpuMicros();
  const perSecond = (until: number) => (accepted * 1_000) / (until - posted.startedAt);
  return {
    ...refusals(posted),
    accepted,
    acceptedPerSecond: perSecond(posted.answeredAt),
    endToEndPerSecond: perSecond(lastAt),
    settledPerSecond: perSecond(settledAt),
    ...joinIds(
      posted.ids.map((id) => target.deliveryOf(id, kind)),
      await items(),
    ),
    cpuMicros: Object.fromEntries(
      Object.entries(cpu).map(([name, micros]) => [
        name,
        (micros - (before[name] ?? 0)) / accepted,
      ]),
    ),
  };
}

const refusals = ({ refused, refusal }: Posted) => ({
  refused,
  ...(refusal === undefined ? {} : { refusal }),
});

async function untilAtProvider({ simulator }: Target, count: number) {
  await untilReceived(simulator, count);
  const lastAt = await lastArrival(simulator);
  return { lastAt, items: () => receivedDeliveries(simulator) };
}

async function untilInInboxes(load: Load, count: number) {
  const { lastAt, items } = await load.untilInInboxes(count);
  return { lastAt, items: async () => new Map(items) };
}
