import type { Db } from "@pulsecourier/db";
import type { CapCount } from "../decide/decided-on.ts";
import type { Intent } from "../decide/intent.ts";
import { type Capped, countCapped } from "../stores/frequency-store.ts";
import { chooseFor, type Known } from "./choose-for.ts";
import { isScheduled } from "./route-intent.ts";

/** Counts what goes out now in categories with a frequency cap; asks Postgres only where there is any. By notification. */
export async function countForCaps(
  db: Db,
  intents: readonly { intent: Intent; known: Known }[],
  now: number,
): Promise<ReadonlyMap<string, CapCount>> {
  const asked = intents.flatMap(({ intent, known }): Capped[] => {
    const { request, notificationId, key } = intent;
    const { category, policy, event } = request;
    if (category === null || policy.cap === undefined || !goesOut(intent, known, now)) {
      return [];
    }
    const { tenant } = event;
    return [{ notificationId, tenant, recipient: key, category, cap: policy.cap }];
  });
  const counted = await countCapped(db, asked);
  return new Map(
    asked.map((one) => {
      const ids = counted(one);
      return [one.notificationId, { counted: ids.size, isOver: !ids.has(one.notificationId) }];
    }),
  );
}

/** Something of it is sent now, but for the cap. */
function goesOut(intent: Intent, known: Known, now: number): boolean {
  const { failure, saga, expiresAt, event } = intent.request;
  if (failure !== null || saga !== null || known.cancelled || isScheduled(intent.request)) {
    return false;
  }
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return false;
  const { chosen, held } = chooseFor(intent, known).choice;
  return chosen.length > 0 && (event.wave === null || held.length === 0);
}
