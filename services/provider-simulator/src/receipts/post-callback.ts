import { setTimeout as sleep } from "node:timers/promises";

const TRY_MS = 10_000;
/** Waits between tries, ms; vendors go on for a day. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Posts a callback until it is answered with 2xx. False when it was given up: refused for good, or too often. */
export async function postCallback(o: {
  url: string;
  make: () => { headers: Record<string, string>; body: string };
  onAnswer: (status: string) => void;
  signal: AbortSignal;
}): Promise<boolean> {
  for (const wait of [...WAITS_MS, null]) {
    const status = await post(o);
    if (o.signal.aborted) return false;
    o.onAnswer(status === null ? "none" : String(status));
    if (status !== null && status < 300) return true;
    // A receiver that refuses it will not take it later either; vendors try all the same.
    if (wait === null || (status !== null && status < 500 && status !== 429)) return false;
    await sleep(wait, undefined, { signal: o.signal }).catch(() => undefined);
  }
  return false;
}

async function post({
  url,
  make,
  signal,
}: Pick<Parameters<typeof postCallback>[0], "url" | "make" | "signal">): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      ...make(),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
