import { textArray, uuidArray } from "./array-param.ts";
import type { Db } from "./connection.ts";
import type { InboxOwner } from "./inbox-store.ts";

// Writers of one inbox take its head first, so that counts stay exact and no two of them deadlock.
const LOCK = `
select h.tenant from unnest($1::text[], $2::uuid[]) as u (tenant, id)
join inbox.items as i on i.tenant = u.tenant and i.id = u.id
join inbox.heads as h on h.tenant = i.tenant and h.recipient = i.recipient
order by h.tenant, h.recipient
for update of h`;

const MOVE = `
with due as (
  select i.id, i.tenant, i.recipient, (i.read_at is null and i.archived_at is null)::int as counted,
    h.seq + row_number() over (partition by i.tenant, i.recipient order by i.seq) as seq
  from unnest($1::text[], $2::uuid[]) as u (tenant, id)
  join inbox.items as i on i.tenant = u.tenant and i.id = u.id
  join inbox.heads as h on h.tenant = i.tenant and h.recipient = i.recipient
  where i.retracted_at is null
), moved as (
  update inbox.items as i set seq = due.seq, retracted_at = clock_timestamp(),
    archived_at = coalesce(i.archived_at, clock_timestamp())
  from due where i.id = due.id
)
update inbox.heads as h set seq = d.seq, unread = h.unread - d.counted
from (select tenant, recipient, max(seq) as seq, sum(counted)::int as counted from due group by 1, 2) as d
where h.tenant = d.tenant and h.recipient = d.recipient
returning h.tenant, h.recipient`;

/**
 * Takes items back, read or not: they are in no list any more. Each takes the newest position of its inbox, so that
 * whoever has seen it hears of it as of anything new. Answers whose inboxes changed; a repeat changes nothing. To be
 * run in a transaction.
 */
export async function retractItems(
  query: Db["query"],
  items: readonly { tenant: string; id: string }[],
): Promise<InboxOwner[]> {
  const which = [
    textArray(items.map(({ tenant }) => tenant)),
    uuidArray(items.map(({ id }) => id)),
  ];
  await query("inbox-lock-to-retract", LOCK, which);
  return await query<InboxOwner>("inbox-retract", MOVE, which);
}
