import type { Digest } from "@pulsecourier/contracts";
import type { Db, OutboxRecord } from "@pulsecourier/db";
import type { Asking } from "../answer-asks.ts";
import { handOver } from "./leave-digest.ts";
import { deleteWindow, readWindows } from "./windows-store.ts";

type Close = Asking<"digest_close">;
type Write = (records: readonly OutboxRecord[]) => Promise<void>;
type Member = { notificationId: string };

/** Members told at once. */
const PAGE = 1_000;

/**
 * Closes a digest, which is locked, if its time has come: its items are gone, its leader is told what they were, all
 * others who carries them. What was cancelled before is left out; when that is the leader's own, another leads.
 * `write` takes the answers, a page at a time.
 */
export async function closeDigest(
  query: Db["query"],
  { ask, sagaId, notificationId, record }: Close,
  { now, write }: { now: number; write: Write },
): Promise<void> {
  const { digest } = ask;
  const [open] = await readWindows(query, [digest]);
  if (open?.leader !== sagaId) return;
  if (open.closesAt > now) {
    await write([record({ kind: "digest_lead", closesAt: open.closesAt })]);
    return;
  }
  const cancelled = await query<Member>("saga-drop-cancelled", DROP_CANCELLED, [digest]);
  await write(cancelled.map((one) => record({ kind: "digest_left" }, one)));
  if (cancelled.some((one) => one.notificationId === notificationId)) {
    await write(await handOver(query, { ...open, leading: false }, { record }));
    return;
  }
  await write([record({ kind: "digest_closed", ...(await readDigest(query, ask)) })]);
  for (let isMore = true; isMore;) {
    const page = await query<Member>("saga-take-digest-items", TAKE, [digest, PAGE]);
    isMore = page.length === PAGE;
    const others = page.filter((one) => one.notificationId !== notificationId);
    const answer = { kind: "digest_collected", carriedBy: notificationId } as const;
    await write(others.map((one) => record(answer, one)));
  }
  await deleteWindow(query, digest);
}

const DROP_CANCELLED = `
delete from saga.digest_items as i using ledger.tombstones as t
where i.digest = $1 and t.notification_id = i.notification_id
returning i.notification_id as "notificationId"`;

const TAKE = `
delete from saga.digest_items where (digest, position) in (
  select digest, position from saga.digest_items where digest = $1 order by position limit $2)
returning notification_id as "notificationId"`;

/** How many items there are, and of the first as many as are asked for and fit. */
async function readDigest(
  query: Db["query"],
  { digest, items, maxBytes }: Close["ask"],
): Promise<Digest> {
  const rows = await query<{ count: number; item: string | null }>(
    "saga-read-digest",
    `select (select count(*)::int from saga.digest_items where digest = $1) as count, fitting.item
     from (select) as one left join (
       select item, position from (
         select item, position, sum(octet_length(item) + 1) over (order by position) as bytes
         from (select item, position from saga.digest_items where digest = $1 order by position limit $2) as first
       ) as summed where bytes <= $3
     ) as fitting on true
     order by fitting.position`,
    [digest, items, maxBytes],
  );
  // What was written as JSON of an event's data.
  const read = rows.flatMap(({ item }): Digest["items"] =>
    item === null ? [] : [JSON.parse(item)],
  );
  return { count: rows[0]?.count ?? 0, items: read };
}
