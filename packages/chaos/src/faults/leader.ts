import { setTimeout as delay } from "node:timers/promises";
import { untilInSync } from "../cluster/in-sync.ts";
import { leaderOf } from "../cluster/leaders.ts";
import type { Fault } from "../fault.ts";

const shared = { topology: "cluster", longOnly: true, loadMs: 15_000 } as const;

/** A broker that leads, of three, taken away under load. */
export const leaderFaults: Fault[] = [
  {
    ...shared,
    name: "kill-leader",
    what: "kill -9 of a broker that leads, of three, away for 4 to 12 s",
    async strike(target, random) {
      const leader = await leaderOf(target, random);
      await leader.kill();
      await delay(random.whole(4_000, 12_000));
      await leader.start();
      return { figures: { inSyncMs: await untilInSync(target) } };
    },
  },
  {
    ...shared,
    name: "freeze-leader",
    what: "SIGSTOP of a broker that leads, of three, for 5 to 15 s",
    async strike(target, random) {
      const leader = await leaderOf(target, random);
      await leader.kill("SIGSTOP");
      await delay(random.whole(5_000, 15_000));
      await leader.kill("SIGCONT");
      return { figures: { inSyncMs: await untilInSync(target) } };
    },
  },
];
