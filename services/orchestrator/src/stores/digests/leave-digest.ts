import type { Db, OutboxRecord } from "@pulsecourier/db";
import type { Answers, Asking } from "../answer-asks.ts";
import { deleteWindow, type OpenWindow, readWindows, writeWindows } from "./windows-store.ts";

/** Takes an item out of its digest, which is locked. One that is not there any more is heard of by its closing. */
export async function leaveDigest(query: Db["query"], one: Asking<"digest_leave">): Answers {
  const { digest } = one.ask;
  const left = await query(
    "saga-leave-digest",
    "delete from saga.digest_items where digest = $1 and saga_id = $2 returning saga_id",
    [digest, one.sagaId],
  );
  if (left.length === 0) return [];
  const [open] = await readWindows(query, [digest]);
  const handed = open?.leader === one.sagaId ? await handOver(query, open, one) : [];
  return [one.record({ kind: "digest_left" }), ...handed];
}

/**
 * Makes the oldest of those whose items are left the leader. Without any, a window is open no more, unless a leading
 * item opened it.
 */
export async function handOver(
  query: Db["query"],
  open: OpenWindow,
  { record }: Pick<Asking<"digest_leave">, "record">,
): Promise<OutboxRecord[]> {
  const [next] = await query<{ sagaId: string; notificationId: string }>(
    "saga-next-leader",
    `select saga_id as "sagaId", notification_id as "notificationId"
     from saga.digest_items where digest = $1 order by position limit 1`,
    [open.digest],
  );
  if (next === undefined && !open.leading) {
    await deleteWindow(query, open.digest);
    return [];
  }
  await writeWindows(query, [{ ...open, leader: next?.sagaId ?? null }]);
  if (next === undefined) return [];
  return [record({ kind: "digest_lead", closesAt: open.closesAt }, next)];
}
