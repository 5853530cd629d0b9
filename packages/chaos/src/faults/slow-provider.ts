import { TWO_HALVES, withAccounts } from "../email-accounts.ts";
import type { Fault, Strike } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { percentile } from "../report/percentile.ts";
import { type Behaviour, FIRST, SECOND } from "../simulator.ts";
import type { Target } from "../target.ts";

/** What providers usually take; and one whose half of the mails would take all call slots. */
const FAST: Behaviour = { latencyMs: 100 };
const SLOW: Behaviour = { latencyMs: 4_000 };
const MOST_SLOWER = 1.2;
/**
 * Without and with the slow one in turn, so that whatever else the machine does counts for both; the median of the
 * rounds' p99 counts, so that a moment in which the machine stands still does not.
 */
const ROUNDS = 5;
const LOAD = { perSecond: 30, forMs: 10_000 };

export const slowProvider: Fault = {
  name: "slow-provider",
  what: "one of two email accounts with half of the mails each takes 4 s a mail instead of 0.1 s",
  topology: "single",
  longOnly: true,
  seeds: 5,
  load: "none",
  strike: (target, _random, run) =>
    withAccounts(target, TWO_HALVES, async () => {
      const took = { without: [] as number[][], with: [] as number[][] };
      await round("warm-up", FAST, { target, run });
      for (let number = 1; number <= ROUNDS; number += 1) {
        took.without.push(await round(`without-${number}`, FAST, { target, run }));
        took.with.push(await round(`with-${number}`, SLOW, { target, run }));
      }
      const [p99Without, p99With] = [medianOf(took.without, 0.99), medianOf(took.with, 0.99)];
      return {
        figures: {
          fastP50WithoutMs: medianOf(took.without, 0.5),
          fastP50WithMs: medianOf(took.with, 0.5),
          fastP99WithoutMs: p99Without,
          fastP99WithMs: p99With,
          fastEach: took.with.flat().length,
        },
        problems:
          p99With <= p99Without * MOST_SLOWER
            ? []
            : [`p99 through the fast one went from ${p99Without} to ${p99With} ms`],
      };
    }),
};

/** The median of what this share of a round's mails did not exceed. */
function medianOf(rounds: readonly number[][], share: number): number {
  return percentile(
    rounds.map((took) => percentile(took, share)),
    0.5,
  );
}

/** How long each mail took that went through the first account, beside a second that behaves as given. */
async function round(
  name: string,
  second: Behaviour,
  { target: { simulator }, run }: { target: Target; run: Strike },
): Promise<number[]> {
  await simulator.behave(FAST, FIRST);
  await simulator.behave(second, SECOND);
  const began = Date.now();
  const { sentAt } = await sendSteadily({ ...LOAD, name }, run);
  await arrivals(simulator, sentAt);
  const accepted = await simulator.acceptedSince(FIRST, began);
  return accepted.map(({ address, at }) => at - (sentAt.get(address) ?? Number.NEGATIVE_INFINITY));
}
