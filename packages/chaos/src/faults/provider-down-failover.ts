import { setTimeout as delay } from "node:timers/promises";
import { extraAttempts } from "../check/extra-attempts.ts";
import { TWO_ACCOUNTS, withAccounts } from "../email-accounts.ts";
import type { Fault } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { FIRST, SECOND, USUAL } from "../simulator.ts";

const DOWN_MS = 60_000;
/** Before and after. */
const UP_MS = 3_000;
const PER_SECOND = 15;
const TAKEN_OVER_MS = 2_000;

export const providerDownFailover: Fault = {
  name: "provider-down-failover",
  what: "the provider of the first email account is down for 60 s, that of the second is not",
  topology: "single",
  longOnly: true,
  load: "none",
  strike: (target, random, run) =>
    withAccounts(target, TWO_ACCOUNTS, async () => {
      const { simulator } = target;
      const errorStatus = random.pick([500, 502, 503]);
      const goDown = async () => {
        await delay(UP_MS);
        await simulator.behave({ ...USUAL, errorRate: 1, errorStatus });
        const downAt = Date.now();
        await delay(DOWN_MS);
        await simulator.behave(USUAL);
        return downAt;
      };
      const load = { perSecond: PER_SECOND, forMs: DOWN_MS + 2 * UP_MS };
      const [downAt, { sentAt, records }] = await Promise.all([goDown(), sendSteadily(load, run)]);
      const isMeanwhile = (at: number) => at >= downAt && at < downAt + DOWN_MS;
      const meanwhile = [...sentAt].filter(([, at]) => isMeanwhile(at));
      const took = await arrivals(simulator, new Map(meanwhile));
      const taken = (await simulator.acceptedSince(SECOND, downAt)).map(({ at }) => at);
      const takenOverMs = Math.min(...taken) - downAt;
      const extra = await extraAttempts(records, target);
      return {
        figures: {
          takenOverMs,
          slowestMeanwhileMs: Math.max(...took),
          extraAttempts: extra,
          callsWhileDown: (await simulator.refusedSince(FIRST, downAt)).length,
        },
        problems: [
          ...(takenOverMs <= TAKEN_OVER_MS ? [] : [`the second took over after ${takenOverMs} ms`]),
          ...(extra === 0 ? [] : [`${extra} extra attempts, though the second was healthy`]),
        ],
      };
    }),
};
