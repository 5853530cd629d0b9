import { setTimeout as delay } from "node:timers/promises";
import { TWO_ACCOUNTS, withAccounts } from "../email-accounts.ts";
import type { Fault } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { FIRST, SECOND, USUAL } from "../simulator.ts";

const BEFORE_MS = 1_000;
const LOAD = { perSecond: 30, forMs: 6_000 };
/** What is down longer than a breaker and has used up its 30 s tier. */
const PATIENCE_MS = 90_000;

export const providersDown: Fault = {
  name: "providers-down",
  what: "the providers of both email accounts are down for 2 to 8 s, then back",
  topology: "single",
  load: "none",
  strike: (target, random, run) =>
    withAccounts(target, TWO_ACCOUNTS, async () => {
      const { simulator } = target;
      const down = { ...USUAL, errorRate: 1, errorStatus: random.pick([500, 502, 503]) };
      const goDown = async () => {
        await delay(BEFORE_MS);
        for (const provider of [FIRST, SECOND]) await simulator.behave(down, provider);
        await delay(random.whole(2_000, 8_000));
        for (const provider of [FIRST, SECOND]) await simulator.behave(USUAL, provider);
        return Date.now();
      };
      const [upAt, { sentAt }] = await Promise.all([goDown(), sendSteadily(LOAD, run)]);
      const took = await arrivals(simulator, sentAt, PATIENCE_MS);
      const after = await Promise.all(
        [FIRST, SECOND].map((provider) => simulator.acceptedSince(provider, upAt)),
      );
      const lastAt = Math.max(...after.flat().map(({ at }) => at));
      const missing = took.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
      return {
        figures: { backAndAllSentMs: Math.max(0, lastAt - upAt) },
        problems: missing === 0 ? [] : [`${missing} mails were not sent after both were back`],
      };
    }),
};
