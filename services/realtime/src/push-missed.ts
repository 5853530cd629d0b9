import type { InboxItem } from "@pulsecourier/contracts";
import type { MissedInbox, MissedItem } from "@pulsecourier/db";
import type { Connection } from "./connection.ts";

/**
 * Sends a socket what it has not had: `ready` first, then items in order as far as it takes them, then the unread
 * count when it is another. `missed` was asked for from the connection's position or an earlier one.
 */
export function pushMissed(connection: Connection, missed: MissedInbox): void {
  if (!connection.ready) welcome(connection, missed);
  for (const item of missed.items) {
    if (item.seq <= connection.position) continue;
    if (!connection.takesItems()) return;
    connection.position = item.seq;
    const cursor = String(item.seq);
    if (item.retracted) connection.send({ type: "retracted", cursor, id: item.id });
    else connection.send({ type: "notification", cursor, item: itemOf(item) });
  }
  // What is left was archived before this socket had it.
  if (missed.items.length === 0) connection.position = Math.max(connection.position, missed.seq);
  if (connection.unread === missed.unread) return;
  connection.unread = missed.unread;
  connection.send({ type: "unread", count: missed.unread });
}

function welcome(connection: Connection, { seq, unread }: MissedInbox): void {
  connection.ready = true;
  // A cursor from beyond the newest item was never given out.
  connection.position = Math.min(connection.position, seq);
  connection.unread = unread;
  connection.send({ type: "ready", unread, cursor: String(connection.position) });
}

function itemOf(item: MissedItem): InboxItem {
  return {
    id: item.id,
    title: item.title,
    ...(item.body === null ? {} : { body: item.body }),
    // Written as JSON by the in-app sender.
    data: item.data as InboxItem["data"],
    createdAt: item.createdAt.toISOString(),
    readAt: item.readAt?.toISOString() ?? null,
  };
}
