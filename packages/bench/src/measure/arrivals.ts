import { CHUNK, chunkPrefix } from "../load/message.ts";

type Listed = { data: { deliveryId?: string; at: string; accepted: boolean }[] };

/** Epoch milliseconds at which the simulator received something last. */
export async function lastArrival(simulator: string): Promise<number> {
  const { data } = await list(simulator, "limit=1");
  return Date.parse(data[0]?.at ?? "");
}

/** Epoch milliseconds at which the simulator first received each delivery of messages 0 to `count`. */
export async function arrivals(simulator: string, count: number): Promise<Map<string, number>> {
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
