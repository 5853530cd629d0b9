import { setTimeout as delay } from "node:timers/promises";
import { NotificationStatus } from "@pulsecourier/contracts";
import { type Followed, readFollowed } from "../callbacks/read-followed.ts";
import { withReceipts } from "../callbacks/with-receipts.ts";
import type { Fault, Strike } from "../fault.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { USUAL } from "../simulator.ts";
import type { Target } from "../target.ts";

const LOAD = { perSecond: 40, forMs: 5_000 };
const MAILS = (LOAD.perSecond * LOAD.forMs) / 1_000;
const LOOK_MS = 50;
const PATIENCE_MS = 30_000;
const REPORTED = ["delivery.delivered", "delivery.read"];

/** Reports come at once, so that some are there before the sender has said that it sent the mail. */
export const callbackDisorder: Fault = {
  name: "callback-disorder",
  what: "the provider tells everything twice, last things first: opened, then delivered, then sent",
  topology: "single",
  load: "none",
  strike: (target, _random, run) =>
    withReceipts(target, async (url) => {
      const receipts = { url, delayMs: 0, openRate: 1, duplicateRate: 1, disorder: true };
      await target.simulator.behave({ ...USUAL, receipts });
      const [, watched] = await Promise.all([sendSteadily(LOAD, run), untilAllRead(target, run)]);
      const { answers } = await target.simulator.receipts();
      const counted = [...watched.facts].filter(([key]) =>
        REPORTED.some((type) => key.endsWith(type)),
      );
      const often = counted.filter(([, times]) => times > 1);
      return {
        figures: { mails: MAILS, callbacks: answers["204"] ?? 0, receiptsShown: counted.length },
        problems: [
          ...watched.backwards,
          ...often.map(([key, times]) => `${key} is there ${times} times`),
          ...(counted.length === MAILS * REPORTED.length
            ? []
            : [`${counted.length} receipts are shown of ${MAILS * REPORTED.length}`]),
        ],
      };
    }),
};

/** Looks at the statuses all the time until all are at their last; gives each that ever went back. */
async function untilAllRead(
  target: Target,
  { prefix }: Strike,
): Promise<Followed & { backwards: string[] }> {
  const backwards: string[] = [];
  const highest = new Map<string, NotificationStatus>();
  const deadline = performance.now() + LOAD.forMs + PATIENCE_MS;
  for (;;) {
    const followed = await readFollowed(prefix, target);
    for (const [id, status] of followed.statuses) {
      const before = highest.get(id);
      if (before !== undefined && rank(status) < rank(before))
        backwards.push(`${id} went back from ${before} to ${status}`);
      else highest.set(id, status);
    }
    const read = [...followed.statuses.values()].filter((status) => status === "read").length;
    if (read === MAILS || performance.now() > deadline) return { ...followed, backwards };
    await delay(LOOK_MS);
  }
}

/** Statuses are listed from first to last. */
const rank = (status: NotificationStatus) => NotificationStatus.options.indexOf(status);
