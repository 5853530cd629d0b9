import type { InboxItem } from "@pulsecourier/contracts";
import { type Db, headsOf, type MissedItem, missedItems } from "@pulsecourier/db";
import type { Fanout } from "@pulsecourier/redis";
import type { Connection } from "./connection.ts";

/** Items fetched for one inbox at a time. */
const PAGE = 100;
/** Inboxes served by one query. */
const MAX_INBOXES = 500;

/**
 * Serves every socket of this instance. Whatever may have put something into an inbox (a hint over Redis, a resume,
 * the regular comparison) only touches it; one loop then asks Postgres for what each socket has not had. So an item
 * is sent once and in order, and a lost hint only costs time.
 */
export type Hub = {
  add: (connection: Connection) => void;
  remove: (connection: Connection) => void;
  /** Serves this inbox soon. */
  touch: (inbox: string) => void;
  touchAll: () => void;
  connections: () => Iterable<Connection>;
  size: () => number;
};

type Inbox = { tenant: string; recipient: string; connections: Set<Connection>; unsubscribe: () => void };

export const inboxKey = (of: { tenant: string; recipient: string }) => JSON.stringify([of.tenant, of.recipient]);

export function createHub(o: { db: Db; fanout: Fanout; onError: (error: unknown) => void }): Hub {
  const inboxes = new Map<string, Inbox>();
  const touched = new Set<string>();
  let serving = false;
  let size = 0;

  function touch(key: string): void {
    touched.add(key);
    if (serving) return;
    serving = true;
    // Hints of one turn are served by one query.
    setImmediate(() => void serve());
  }

  async function serve(): Promise<void> {
    while (touched.size > 0) {
      const keys = [...touched].slice(0, MAX_INBOXES);
      for (const key of keys) touched.delete(key);
      try {
        await serveInboxes(keys.flatMap((key) => inboxes.get(key) ?? []));
      } catch (error) {
        // Postgres is away: the regular comparison touches every inbox again.
        o.onError(error);
      }
    }
    serving = false;
  }

  async function serveInboxes(some: readonly Inbox[]): Promise<void> {
    if (some.length === 0) return;
    const behind = some.map((inbox) => ({
      tenant: inbox.tenant,
      recipient: inbox.recipient,
      seq: Math.min(...[...inbox.connections].map((connection) => connection.position)),
    }));
    // Heads first: an item that comes in between is then fetched but not yet counted, never counted but skipped.
    const heads = await headsOf(o.db, behind);
    const items = await missedItems(o.db, behind, PAGE);
    const byInbox = Map.groupBy(items, inboxKey);
    for (const [index, inbox] of some.entries()) {
      const head = heads[index];
      const missed = byInbox.get(inboxKey(inbox)) ?? [];
      for (const connection of inbox.connections) push(connection, missed, head?.seq ?? 0, head?.unread ?? 0);
      if (missed.length === PAGE) touch(inboxKey(inbox));
    }
  }

  return {
    add: (connection) => {
      const key = inboxKey(connection.identity);
      const { tenant, recipient } = connection.identity;
      const inbox = inboxes.get(key) ?? {
        tenant,
        recipient,
        connections: new Set(),
        unsubscribe: o.fanout.subscribe(`inbox:${tenant}:${recipient}`, () => touch(key)),
      };
      inboxes.set(key, inbox);
      inbox.connections.add(connection);
      size += 1;
    },
    remove: (connection) => {
      const key = inboxKey(connection.identity);
      const inbox = inboxes.get(key);
      if (inbox === undefined || !inbox.connections.delete(connection)) return;
      size -= 1;
      if (inbox.connections.size > 0) return;
      inbox.unsubscribe();
      inboxes.delete(key);
    },
    touch,
    touchAll: () => {
      for (const key of inboxes.keys()) touch(key);
    },
    connections: function* () {
      for (const inbox of inboxes.values()) yield* inbox.connections;
    },
    size: () => size,
  };
}

function push(connection: Connection, missed: readonly MissedItem[], headSeq: number, unread: number): void {
  for (const item of missed) {
    if (item.seq <= connection.position) continue;
    connection.position = item.seq;
    connection.send({ type: "notification", cursor: String(item.seq), item: itemOf(item) });
  }
  // What was archived before this socket saw it is passed over, or it would be asked for again and again.
  if (missed.length < PAGE) connection.position = Math.max(connection.position, headSeq);
  if (connection.unread !== unread) {
    connection.unread = unread;
    connection.send({ type: "unread", count: unread });
  }
}

function itemOf(item: MissedItem): InboxItem {
  return {
    id: item.id,
    title: item.title,
    ...(item.body === null ? {} : { body: item.body }),
    data: item.data as InboxItem["data"],
    createdAt: item.createdAt.toISOString(),
    readAt: item.readAt?.toISOString() ?? null,
  };
}
