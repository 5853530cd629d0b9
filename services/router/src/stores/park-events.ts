import { deriveId, type IdSecret, STAMP } from "@pulsecourier/contracts";
import { type Db, insertTimers, type NewTimer } from "@pulsecourier/db";
import type { AcceptedEvent } from "../read/event.ts";

/** The longest an event waits for a paused rule. */
const MAX_WAIT_MS = 30 * 86_400_000;

export type Waiting = { event: AcceptedEvent; rule: string; pause: string };

/** Keeps events until a pause ends, or for 30 days; their records then come again, for the one rule. */
export async function parkEvents(
  db: Db,
  secret: IdSecret,
  waiting: readonly Waiting[],
): Promise<void> {
  const timers = waiting.map((one): NewTimer => {
    const { event, rule, pause } = one;
    const { tenant, acceptedAt, revision, record } = event;
    return {
      id: parkedId(secret, one),
      tenant,
      dueAt: new Date(acceptedAt + MAX_WAIT_MS),
      topic: record.topic,
      key: record.key?.toString("utf8") ?? null,
      headers: {
        ...record.headers,
        [STAMP.acceptedAt]: String(acceptedAt),
        [STAMP.catalogRevision]: String(revision),
        [STAMP.rule]: rule,
        [STAMP.pause]: pause,
      },
      value: record.value ?? Buffer.alloc(0),
      heldBy: [pause],
    };
  });
  await insertTimers(db, timers);
}

/** What waits is let go in the order of ids: by accept time, and within a millisecond as the records came. */
function parkedId(secret: IdSecret, { event, rule, pause }: Waiting): string {
  const { tenant, acceptedAt, source, id, record } = event;
  const derived = deriveId(secret, tenant, acceptedAt, [source, id, rule, pause]);
  const place = (record.offset & 0xffff_ffffn).toString(16).padStart(8, "0");
  return `${derived.slice(0, 13)}-${place.slice(0, 4)}-${place.slice(4)}-${derived.slice(24)}`;
}
