import type { InboxOwner } from "@pulsecourier/db";
import type { Redis } from "@pulsecourier/redis";

/** Tells the windows open on these inboxes to look. Only a hint: what is lost they see at their next look. */
export function tellWindows(redis: Redis, inboxes: readonly InboxOwner[]): void {
  for (const { tenant, recipient } of inboxes) {
    const channel = `${redis.prefix}inbox:${tenant}:${recipient}`;
    void redis.run((client) => client.publish(channel, "{}"));
  }
}
