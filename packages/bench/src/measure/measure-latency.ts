import { resetSimulator } from "@pulsecourier/cli";
import type { Load } from "../load/start-load.ts";
import { percentile } from "./percentile.ts";
import { arrivalTimesOf, untilArrived } from "./simulator-arrivals.ts";
import type { Target } from "./target.ts";

export type Latency = {
  perSecond: number;
  notifications: number;
  /** From the time a request was meant to leave to its arrival at the provider, whole milliseconds. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  lost: number;
  refused: number;
};

export type LatencyOptions = { load: Load; perSecond: number; seconds: number; seed: number };

/** Single emails at random times fixed beforehand (open loop), each timed from its own. */
export async function measureLatency(
  target: Target,
  { load, perSecond, seconds, seed }: LatencyOptions,
): Promise<Latency> {
  const { gateway: url, key, simulator } = target;
  await resetSimulator(simulator);
  const { meantAt, refused } = await load.postAtRate({ url, key, perSecond, seconds, seed });
  await untilArrived(simulator, Promise.resolve(meantAt.length));
  const arrived = await arrivalTimesOf(simulator, meantAt.length + refused);
  const took = meantAt.flatMap(([id, meant]) => {
    const at = arrived.get(target.deliveryOf(id, "email"));
    return at === undefined ? [] : [at - meant];
  });
  await target.settled(meantAt.map(([id]) => id));
  return {
    perSecond,
    notifications: meantAt.length,
    p50Ms: percentile(took, 0.5),
    p99Ms: percentile(took, 0.99),
    maxMs: percentile(took, 1),
    lost: meantAt.length - took.length,
    refused,
  };
}
