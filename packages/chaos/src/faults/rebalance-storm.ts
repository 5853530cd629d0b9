import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import type { Target } from "../target.ts";

const SERVICES = ["router", "sender-email", "sender-inapp", "tracker"] as const;
const EVERY_MS = 2_000;
const STORM_MS = 30_000;
const WINDOW_MS = 10_000;
const LOOK_MS = 500;

/** Of one service a seed; the other instance stays. */
export const rebalanceStorm: Fault = {
  name: "rebalance-storm",
  what: "an instance of a service leaves and joins its group every 2 s, for 30 s",
  topology: "cluster",
  longOnly: true,
  lanes: ["critical", "normal"],
  loadMs: STORM_MS,
  async strike(target, random) {
    const service = random.pick(SERVICES);
    const [, name = ""] = target.services.of(service);
    const progress = watchProgress(target);
    const rebalances = await storm(target, name);
    const idleMs = await progress.close();
    return {
      figures: { rebalances, ...idleMs },
      problems: Object.entries(idleMs)
        .filter(([, ms]) => ms >= WINDOW_MS)
        .map(([what, ms]) => `${service} in a storm: ${what} ${ms}`),
    };
  },
};

async function storm({ services }: Target, name: string): Promise<number> {
  const until = performance.now() + STORM_MS;
  let count = 0;
  while (performance.now() < until) {
    await Promise.all([services.stop(name), delay(EVERY_MS)]);
    await Promise.all([services.restart(name), delay(EVERY_MS)]);
    count += 2;
  }
  return count;
}

/** The longest time each way through the platform stood still, in ms, while it was looked at. */
function watchProgress({ db, simulator }: Target) {
  const began = performance.now();
  const seen = [
    { what: "idleEmailMs", read: simulator.accepted },
    { what: "idleInboxMs", read: () => countOf("inbox.items") },
    { what: "idleStatusMs", read: () => countOf("tracking.notifications") },
  ].map((one) => ({ ...one, last: -1, at: began, idleMs: 0 }));
  const countOf = (table: "inbox.items" | "tracking.notifications") =>
    db.kysely
      .selectFrom(table)
      .select((of) => of.fn.countAll<string>().as("count"))
      .executeTakeFirstOrThrow()
      .then(({ count }) => Number(count));
  const stop = new AbortController();

  const look = async (one: (typeof seen)[number]) => {
    const value = await one.read();
    const now = performance.now();
    one.idleMs = Math.max(one.idleMs, Math.round(now - one.at));
    if (value !== one.last) Object.assign(one, { last: value, at: now });
  };
  const loop = async () => {
    while (!stop.signal.aborted) {
      await Promise.all(seen.map(look));
      await delay(LOOK_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async close(): Promise<Record<string, number>> {
      stop.abort();
      await running;
      return Object.fromEntries(seen.map(({ what, idleMs }) => [what, idleMs]));
    },
  };
}
