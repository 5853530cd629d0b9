import { setTimeout as delay } from "node:timers/promises";
import { CHUNK, chunkPrefix } from "../load/address.ts";

const POLL_MS = 100;
const PATIENCE_MS = 30_000;

/** How many different deliveries the simulator had accepted at an epoch millisecond. */
export type Progress = { at: number; received: number };

/**
 * Watches the simulator until it has accepted as many different deliveries as `accepted` resolves with, or until
 * nothing new comes for 30 s. Resolves with what it saw.
 */
export async function untilArrived(
  simulator: string,
  accepted: Promise<number>,
): Promise<Progress[]> {
  const seen: Progress[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  void accepted.then(
    (count) => (wanted = count),
    () => (wanted = 0),
  );
  let grownAt = Date.now();
  for (;;) {
    const { uniqueDeliveries } = await statsOf(simulator);
    const at = Date.now();
    if (uniqueDeliveries !== seen.at(-1)?.received) grownAt = at;
    seen.push({ at, received: uniqueDeliveries });
    if (uniqueDeliveries >= wanted || at - grownAt > PATIENCE_MS) return seen;
    await delay(POLL_MS);
  }
}

/** How many messages each provider of the simulator has accepted; those that took none are left out. */
export async function acceptedBy(simulator: string): Promise<Record<string, number>> {
  const { providers } = await statsOf(simulator);
  const counts = Object.entries(providers).map(([name, { accepted }]) => [name, accepted] as const);
  return Object.fromEntries(counts.filter(([, accepted]) => accepted > 0));
}

type Stats = { uniqueDeliveries: number; providers: Record<string, { accepted: number }> };

async function statsOf(simulator: string): Promise<Stats> {
  const response = await fetch(`${simulator}/__sim/stats`);
  return JSON.parse(await response.text());
}

type Listed = { data: { deliveryId?: string; at: string; accepted: boolean }[] };

/** Epoch milliseconds at which the simulator received something last. */
export async function lastArrival(simulator: string): Promise<number> {
  const { data } = await list(simulator, "limit=1");
  return Date.parse(data[0]?.at ?? "");
}

/** Epoch milliseconds at which the simulator first received each delivery of messages 0 to `count`. */
export async function arrivalTimesOf(
  simulator: string,
  count: number,
): Promise<Map<string, number>> {
  const at = new Map<string, number>();
  for (let chunk = 0; chunk * CHUNK < count; chunk += 1) {
    const { data } = await list(simulator, `limit=${CHUNK}&to=${chunkPrefix(chunk)}`);
    // Newest first, so that the earliest is set last.
    for (const one of data)
      if (one.deliveryId !== undefined && one.accepted) at.set(one.deliveryId, Date.parse(one.at));
  }
  return at;
}

async function list(simulator: string, query: string): Promise<Listed> {
  const response = await fetch(`${simulator}/__sim/messages?${query}`);
  return JSON.parse(await response.text());
}
