import { type Digest, type DigestAnswer, sagaInput } from "@pulsecourier/contracts";
import type { Ask, AskOf } from "./ask.ts";
import type { Happened } from "./test-digest-world.ts";
import { NOW, secret } from "./test-saga.ts";

type Member = { notificationId: string; item: Digest["items"][number] };
type Open = { leader: string | null; closesAt: number; latestAt: number | null; items: Member[] };

/** Digests in memory, as they are promised: without SQL, one ask after the other. Sagas go by their notification. */
export type Board = {
  open: Map<string, Open>;
  /** Notifications that were cancelled. */
  tombstones: Set<string>;
  now: number;
  happened: Happened;
};

export function createBoard(): Board {
  return { open: new Map(), tombstones: new Set(), now: NOW, happened: { inputs: [], waves: [] } };
}

/** Who asks, at which step. */
type Asker = { id: string; step: string };

export function askBoard(board: Board, by: Asker, asked: Ask): void {
  if (asked.kind === "digest_join") join(board, by, asked);
  if (asked.kind === "digest_leave") leave(board, by, asked.digest);
  if (asked.kind === "digest_close") close(board, by, asked);
}

function tell({ happened }: Board, { id, step }: Asker, answer: DigestAnswer): void {
  const at = answer.kind === "digest_lead" ? [String(answer.closesAt)] : [];
  const about = { tenant: "acme", notificationId: id };
  const body = { type: "answered", step, answer } as const;
  const input = sagaInput(secret, about, [step, answer.kind, ...at], body);
  happened.inputs.push({ input, dueAt: 0 });
}

function join(board: Board, by: Asker, asked: AskOf<"digest_join">): void {
  const { digest, leading, item, closesAt, latestAt } = asked;
  const found = board.open.get(digest);
  const isOver = found !== undefined && found.closesAt <= board.now;
  if (found === undefined || (isOver && found.leader === null)) {
    const items = leading ? [] : [{ notificationId: by.id, item }];
    board.open.set(digest, { leader: leading ? null : by.id, closesAt, latestAt, items });
    if (leading) tell(board, by, { kind: "digest_closed", count: 1, items: [item] });
    else tell(board, by, { kind: "digest_lead", closesAt });
    return;
  }
  if (!isOver && found.latestAt !== null)
    found.closesAt = Math.max(found.closesAt, Math.min(found.latestAt, closesAt));
  found.items.push({ notificationId: by.id, item });
  if (found.leader !== null) return tell(board, by, { kind: "digest_member" });
  found.leader = by.id;
  tell(board, by, { kind: "digest_lead", closesAt: found.closesAt });
}

function leave(board: Board, by: Asker, digest: string): void {
  const found = board.open.get(digest);
  const index = found?.items.findIndex(({ notificationId }) => notificationId === by.id) ?? -1;
  if (found === undefined || index === -1) return;
  found.items.splice(index, 1);
  tell(board, by, { kind: "digest_left" });
  if (found.leader === by.id) handOver(board, by, digest);
}

function handOver(board: Board, { step }: Asker, digest: string): void {
  const found = board.open.get(digest);
  const id = found?.items[0]?.notificationId;
  if (found === undefined || id === undefined) {
    board.open.delete(digest);
    return;
  }
  found.leader = id;
  tell(board, { id, step }, { kind: "digest_lead", closesAt: found.closesAt });
}

function close(board: Board, by: Asker, asked: AskOf<"digest_close">): void {
  const found = board.open.get(asked.digest);
  if (found?.leader !== by.id) return;
  const { closesAt } = found;
  if (closesAt > board.now) return tell(board, by, { kind: "digest_lead", closesAt });
  const { step } = by;
  const isGone = ({ notificationId }: Member) => board.tombstones.has(notificationId);
  for (const { notificationId: id } of found.items.filter(isGone))
    tell(board, { id, step }, { kind: "digest_left" });
  found.items = found.items.filter((one) => !isGone(one));
  if (board.tombstones.has(by.id)) return handOver(board, by, asked.digest);
  board.open.delete(asked.digest);
  const items = found.items.map(({ item }) => item).slice(0, asked.items);
  tell(board, by, { kind: "digest_closed", count: found.items.length, items });
  for (const { notificationId: id } of found.items) {
    if (id !== by.id) tell(board, { id, step }, { kind: "digest_collected", carriedBy: by.id });
  }
}
