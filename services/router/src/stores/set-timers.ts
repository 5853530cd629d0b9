import { deriveId, STAMP, type IdSecret } from "@pulsecourier/contracts";
import { type Db, insertTimers, type NewTimer } from "@pulsecourier/db";
import type { AcceptedEvent } from "../read/event.ts";

/**
 * Sets a timer for each event, which publishes its record again when `sendAt` has come. An event's timer has one id,
 * so that a repeat sets no second one.
 */
export async function setTimers(
  db: Db,
  secret: IdSecret,
  scheduled: { event: AcceptedEvent; sendAt: string }[],
): Promise<void> {
  const timers = scheduled.map(({ event, sendAt }): NewTimer => {
    const { tenant, acceptedAt, source, id, record } = event;
    return {
      id: deriveId(secret, tenant, acceptedAt, [source, id, "send-at"]),
      tenant,
      dueAt: new Date(sendAt),
      topic: record.topic,
      key: record.key?.toString("utf8") ?? null,
      headers: dueHeaders(event),
      value: record.value ?? Buffer.alloc(0),
    };
  });
  await insertTimers(db, timers);
}

function dueHeaders({ record, revision }: AcceptedEvent): Record<string, string> {
  return { ...record.headers, [STAMP.catalogRevision]: String(revision), [STAMP.due]: "1" };
}
