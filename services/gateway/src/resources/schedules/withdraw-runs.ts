import type { Db } from "@pulsecourier/db";

// What is being published right now is locked: it counts as fired.
const WITHDRAW = `
with waiting as (
  select t.id from schedule.timers as t join schedule.runs as r on r.event_id = t.id
  where r.schedule_id = $1 and r.result = 'fired'
  for update of t skip locked),
gone as (delete from schedule.timers where id in (select id from waiting) returning id)
update schedule.runs set result = 'withdrawn', reason = $2
where schedule_id = $1 and event_id in (select id from gone)`;

/** Takes back runs that were planned and wait to be published, because Kafka is away. */
export async function withdrawRuns(
  query: Db["query"],
  scheduleId: string,
  reason: string,
): Promise<void> {
  await query("withdraw-runs", WITHDRAW, [scheduleId, reason]);
}
