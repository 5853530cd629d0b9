import { setTimeout as delay } from "node:timers/promises";
import type { Simulator } from "../simulator.ts";

const AT_ONCE = 8;
const PATIENCE_MS = 20_000;

/**
 * How long each message took to the provider, ms, by its address and when it was sent; infinite for one that has
 * not come in time.
 */
export async function arrivals(
  simulator: Simulator,
  sentAt: ReadonlyMap<string, number>,
  patienceMs = PATIENCE_MS,
): Promise<number[]> {
  const latencies: number[] = [];
  const waiting = [...sentAt];
  const deadline = performance.now() + patienceMs;
  const ask = async () => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const [address, at] = one;
      let arrived = await simulator.arrivedAt(address);
      while (arrived === null && performance.now() < deadline) {
        await delay(100);
        arrived = await simulator.arrivedAt(address);
      }
      latencies.push((arrived ?? Number.POSITIVE_INFINITY) - at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return latencies;
}
