import { createHash, randomUUID } from "node:crypto";
import {
  attachmentId,
  type AttachmentRef,
  type AttachmentView,
  PulseError,
} from "@pulsecourier/contracts";
import type { AttachmentStore } from "@pulsecourier/attachments";
import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import {
  forgetObjects,
  keepAttachments,
  nameObject,
  reserveObject,
} from "./attachment-row-store.ts";

export type NewAttachment = Pick<AttachmentRef, "filename" | "contentType" | "size"> & {
  tenant: string;
  /** Exactly `size` bytes. */
  content: AsyncIterable<Buffer>;
  until: Date;
};

export type AttachmentContext = { db: Db; attachments: AttachmentStore; logger: Logger };

/**
 * Stores a file as it streams in; one that was stored before stays the one there is, and is kept longer.
 * `created` is false then. Rejects with what `content` throws, and when Postgres or the store is away.
 */
export async function storeAttachment(
  { content, until, ...of }: NewAttachment,
  context: AttachmentContext,
): Promise<{ attachment: AttachmentView; created: boolean }> {
  const { db, attachments: store } = context;
  const key = { tenant: of.tenant, object: randomUUID() };
  await reserveObject(db, { ...of, ...key });
  const digest = createHash("sha256");
  try {
    await store.put(key, hashed(content, digest), of.size);
  } catch (error) {
    await removeObject(key, context);
    throw error;
  }
  const sha256 = digest.digest("hex");
  const id = attachmentId(of.tenant, { ...of, sha256 });
  // When this rejects the object has its name, or clean-up removes it.
  const named = await nameObject(db, { ...key, id, sha256, until });
  if (named !== null) return { attachment: named, created: true };
  await removeObject(key, context);
  const attachment = (await keepAttachments(db, { tenant: of.tenant, ids: [id], until })).get(id);
  // Removed by somebody else within this moment.
  if (attachment === undefined) throw new PulseError("unavailable");
  return { attachment, created: false };
}

async function* hashed(content: AsyncIterable<Buffer>, digest: ReturnType<typeof createHash>) {
  for await (const chunk of content) {
    digest.update(chunk);
    yield chunk;
  }
}

/** Removes an object nobody finds; when that fails, clean-up does it later. */
export async function removeObject(
  key: { tenant: string; object: string },
  { db, attachments, logger }: AttachmentContext,
): Promise<void> {
  try {
    await attachments.remove(key);
    await forgetObjects(db, [key.object]);
  } catch (err) {
    logger.warn({ err }, "the object of an attachment was not removed; clean-up tries again");
  }
}
