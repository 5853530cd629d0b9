import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "../api-client.ts";
import { resetSimulator, untilReceived } from "./received.ts";

export type Latency = { p50Ms: number; p99Ms: number };
type Options = { api: Api; simulator: string; perSecond: number; seconds: number };

/** Sends at a fixed rate, waiting for no answer before the next, and times each from request to provider. */
export async function measureLatency({
  api,
  simulator,
  perSecond,
  seconds,
}: Options): Promise<Latency> {
  await resetSimulator(simulator);
  const count = perSecond * seconds;
  const sentAt = new Map<string, number>();
  const requests: Promise<unknown>[] = [];
  const started = performance.now();
  for (let index = 0; index < count; index += 1) {
    await delay(Math.max(0, started + (index * 1_000) / perSecond - performance.now()));
    const to = `latency-${index}@example.com`;
    sentAt.set(to, Date.now());
    requests.push(
      api.post("/v1/notifications", {
        to: { email: to },
        content: { subject: "Latency", text: "x" },
      }),
    );
  }
  await Promise.all(requests);
  await untilReceived(simulator, count);
  const response = await fetch(`${simulator}/__sim/messages?limit=${count}`);
  const { data }: { data: { to: string[]; at: string }[] } = JSON.parse(await response.text());
  const took = data
    .map(({ to, at }) => Date.parse(at) - (sentAt.get(to[0] ?? "") ?? Number.NaN))
    .filter((ms) => !Number.isNaN(ms))
    .toSorted((a, b) => a - b);
  const at = (share: number) =>
    took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
