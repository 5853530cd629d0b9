import { setTimeout as delay } from "node:timers/promises";
import { ONE_ACCOUNT, withAccounts } from "../email-accounts.ts";
import type { Fault } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { type Call, FIRST } from "../simulator.ts";

const RATE = 40;
const ACCOUNT = { ...ONE_ACCOUNT, SENDGRID_RATE_PER_SECOND: String(RATE) };
/** More than the rate, so that mails wait for it all the time. */
const LOAD = { perSecond: 60, forMs: 12_000 };
const BEFORE_MS = 3_000;
const AWAY_MS = 6_000;
/** The rate is seen over so much, ms: the moment at which a call arrives is not the moment at which it was allowed. */
const WINDOW_MS = 2_000;
/** Two bursts of 100 ms, one by Redis' clock and one by the sender's, and what a busy machine holds up. */
const MOST = 1.25;
const LEAST = 0.5;
const PATIENCE_MS = 90_000;

export const pacingWithoutRedis: Fault = {
  name: "pacing-without-redis",
  what: `Redis is away for ${AWAY_MS / 1_000} s while an account keeps to ${RATE} calls a second`,
  topology: "single",
  load: "none",
  strike: (target, random, run) =>
    withAccounts(target, ACCOUNT, async () => {
      const { simulator, redis } = target;
      await simulator.behave({});
      const began = Date.now();
      const away = async () => {
        await delay(BEFORE_MS + random.whole(0, 1_000));
        const goneAt = Date.now();
        await redis.kill();
        await delay(AWAY_MS);
        await redis.start();
        return goneAt;
      };
      const [goneAt, { sentAt }] = await Promise.all([away(), sendSteadily(LOAD, run)]);
      const took = await arrivals(simulator, sentAt, PATIENCE_MS);
      const accepted = await simulator.acceptedSince(FIRST, began);
      const busiest = Math.max(...accepted.map(({ at }) => rateFrom(at, WINDOW_MS, accepted)));
      const meanwhile = rateFrom(goneAt, AWAY_MS, accepted);
      const missing = took.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
      return {
        figures: { ratePerSecond: RATE, busiestPerSecond: busiest, withoutRedis: meanwhile },
        problems: [
          ...(busiest <= RATE * MOST ? [] : [`${busiest} calls a second through the account`]),
          ...(meanwhile >= RATE * LEAST ? [] : [`${meanwhile} calls a second without Redis`]),
          ...(missing === 0 ? [] : [`${missing} mails were not sent`]),
        ],
      };
    }),
};

/** Calls a second in the time from `from` on. */
function rateFrom(from: number, ms: number, accepted: readonly Call[]): number {
  const count = accepted.filter(({ at }) => at >= from && at < from + ms).length;
  return Math.round((count * 1_000) / ms);
}
