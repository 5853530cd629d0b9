import type { AttachmentStore } from "@pulsecourier/attachments";
import type { Db } from "@pulsecourier/db";
import { forgetObjects, unnameExpired } from "./attachment-row-store.ts";

const AT_ONCE = 10;

/**
 * Removes at most `limit` attachments whose time has passed; answers how many. Everything that was accepted moves the
 * time of what it names before it is acknowledged, so nothing that is still to be sent in its time is removed.
 */
export async function deleteExpiredAttachments(
  { db, attachments }: { db: Db; attachments: AttachmentStore },
  limit: number,
): Promise<number> {
  const expired = await unnameExpired(db, limit);
  for (let at = 0; at < expired.length; at += AT_ONCE) {
    const some = expired.slice(at, at + AT_ONCE);
    await Promise.all(some.map((key) => attachments.remove(key)));
    await forgetObjects(
      db,
      some.map(({ object }) => object),
    );
  }
  return expired.length;
}
