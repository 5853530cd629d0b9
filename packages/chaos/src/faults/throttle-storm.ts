import { setTimeout as delay } from "node:timers/promises";
import { extraAttempts } from "../check/extra-attempts.ts";
import { TWO_ACCOUNTS, withAccounts } from "../email-accounts.ts";
import type { Fault } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { type Call, FIRST, USUAL } from "../simulator.ts";

const STORM_MS = 8_000;
const BEFORE_MS = 2_000;
/** Longer than any Retry-After, so that the account is seen to work again. */
const AFTER_MS = 6_000;
const PER_SECOND = 30;
/** What is called in this part of Retry-After was under way when it began. */
const UNDER_WAY = 0.5;

export const throttleStorm: Fault = {
  name: "throttle-storm",
  what: `the first of two email accounts is answered 429 with Retry-After for ${STORM_MS / 1_000} s`,
  topology: "single",
  load: "none",
  strike: (target, random, run) =>
    withAccounts(target, TWO_ACCOUNTS, async () => {
      const { simulator } = target;
      const retryAfterSeconds = random.whole(2, 4);
      const storm = async () => {
        await delay(BEFORE_MS);
        const beganAt = Date.now();
        await simulator.behave({ ...USUAL, errorRate: 1, errorStatus: 429, retryAfterSeconds });
        await delay(STORM_MS);
        await simulator.behave(USUAL);
        return { beganAt, overAt: Date.now() };
      };
      const load = { perSecond: PER_SECOND, forMs: BEFORE_MS + STORM_MS + AFTER_MS };
      const [{ beganAt, overAt }, { sentAt, records }] = await Promise.all([
        storm(),
        sendSteadily(load, run),
      ]);
      const meanwhile = [...sentAt].filter(([, at]) => at >= beganAt && at < overAt);
      const took = await arrivals(simulator, new Map(meanwhile));
      const refused = await simulator.refusedSince(FIRST, beganAt);
      const early = tooEarly(refused, retryAfterSeconds * 1_000);
      const extra = await extraAttempts(records, target);
      const again = await simulator.acceptedSince(FIRST, overAt);
      return {
        figures: {
          refused: refused.length,
          tooEarly: early.length,
          extraAttempts: extra,
          slowestMeanwhileMs: Math.max(...took),
        },
        problems: [
          ...(extra === 0 ? [] : [`${extra} extra attempts, though the second was healthy`]),
          ...(early.length === 0 ? [] : [`${early.length} calls came before Retry-After was over`]),
          ...(again.length > 0 ? [] : ["the first account was not used any more afterwards"]),
        ],
      };
    }),
};

/** Refused calls that were made though an earlier one had been told to wait. */
function tooEarly(refused: readonly Call[], retryAfterMs: number): Call[] {
  let toldAt = Number.NEGATIVE_INFINITY;
  return refused
    .toSorted((one, other) => one.at - other.at)
    .filter(({ at }) => {
      if (at >= toldAt + retryAfterMs) toldAt = at;
      return at > toldAt + retryAfterMs * UNDER_WAY;
    });
}
