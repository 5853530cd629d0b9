import type { DigestAnswer } from "@pulsecourier/contracts";
import { type Db, textArray, uuidArray } from "@pulsecourier/db";
import type { Answers, Asking } from "../answer-asks.ts";
import { forgetEmpty, type OpenWindow, readWindows, writeWindows } from "./windows-store.ts";

type Join = Asking<"digest_join">;

/** Puts items into their digests, opening those that are not open; the digests are locked. `now`: ms since 1970. */
export async function joinDigests(query: Db["query"], asks: readonly Join[], now: number): Answers {
  if (asks.length === 0) return [];
  if (asks.some(({ ask }) => ask.leading)) await forgetEmpty(query, now);
  const known = await readWindows(query, [...new Set(asks.map(({ ask }) => ask.digest))]);
  const windows = new Map(known.map((one) => [one.digest, one]));
  const collected: Join[] = [];
  const answers = asks.map((one) => {
    const { window, answer } = join(windows.get(one.ask.digest) ?? null, one, now);
    windows.set(window.digest, window);
    if (answer.kind !== "digest_closed") collected.push(one);
    return one.record(answer);
  });
  await writeWindows(query, [...windows.values()]);
  await insertItems(query, collected);
  return answers;
}

type Joined = { window: OpenWindow; answer: DigestAnswer };

function join(open: OpenWindow | null, { tenant, sagaId, ask }: Join, now: number): Joined {
  const { digest, leading, item, closesAt, latestAt } = ask;
  const isOver = open !== null && open.closesAt <= now;
  if (open === null || (isOver && open.leader === null)) {
    const opened = { digest, tenant, leading, closesAt, latestAt };
    if (!leading) {
      return { window: { ...opened, leader: sagaId }, answer: { kind: "digest_lead", closesAt } };
    }
    const answer = { kind: "digest_closed" as const, count: 1, items: [item] };
    return { window: { ...opened, leader: null }, answer };
  }
  // One whose time is over waits only for its timer, which no item puts off any more.
  const prolonged = isOver || open.latestAt === null ? null : Math.min(open.latestAt, closesAt);
  const window = { ...open, closesAt: Math.max(open.closesAt, prolonged ?? 0) };
  if (open.leader !== null) return { window, answer: { kind: "digest_member" } };
  const answer = { kind: "digest_lead", closesAt: window.closesAt } as const;
  return { window: { ...window, leader: sagaId }, answer };
}

async function insertItems(query: Db["query"], joins: readonly Join[]): Promise<void> {
  await query(
    "saga-insert-digest-items",
    `insert into saga.digest_items (digest, saga_id, notification_id, item)
     select digest, saga_id, notification_id, item
     from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) with ordinality
       as i (digest, saga_id, notification_id, item, nth)
     order by nth`,
    [
      textArray(joins.map(({ ask }) => ask.digest)),
      uuidArray(joins.map(({ sagaId }) => sagaId)),
      uuidArray(joins.map(({ notificationId }) => notificationId)),
      textArray(joins.map(({ ask }) => JSON.stringify(ask.item))),
    ],
  );
}
