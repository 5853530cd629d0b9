import { hash, randomUUID } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { openAttachmentStore } from "@pulsecourier/attachments";
import { attachmentId, type AttachmentRef } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { onTestFinished } from "vitest";

type NewFile = { filename?: string; contentType?: string; tenant?: string };

/** Attachments as the gateway stores them, in a folder of the test's own. */
export async function openTestAttachments(db: Db) {
  const dir = await mkdtemp(join(tmpdir(), "pulse-attachments-"));
  const aside = `${dir}.aside`;
  onTestFinished(async () => {
    await rm(dir, { recursive: true, force: true });
    await rm(aside, { recursive: true, force: true });
  });
  const store = openAttachmentStore({ ATTACHMENTS_DIR: dir, ATTACHMENTS_S3_REGION: "" });

  async function put(file: Buffer, o: NewFile = {}): Promise<AttachmentRef> {
    const { filename = "a.pdf", contentType = "application/pdf", tenant = "default" } = o;
    const of = { filename, contentType, sha256: hash("sha256", file, "hex") };
    const ref = { ...of, id: attachmentId(tenant, of), size: file.length };
    const object = randomUUID();
    await store.put({ tenant, object }, Readable.from([file]), file.length);
    await db.kysely
      .insertInto("gateway.tenants")
      .values({ id: tenant })
      .onConflict((c) => c.doNothing())
      .execute();
    await db.kysely
      .insertInto("gateway.attachments")
      .values({
        object,
        tenant,
        id: ref.id,
        filename,
        content_type: contentType,
        size: ref.size,
        sha256: ref.sha256,
        expires_at: new Date(Date.now() + 3_600_000),
      })
      .execute();
    return ref;
  }

  return {
    dir,
    env: { ATTACHMENTS_DIR: dir },
    put,
    /** Nothing can be read until `comeBack`. */
    async goAway() {
      await rename(dir, aside);
      await writeFile(dir, "");
    },
    async comeBack() {
      await rm(dir);
      await rename(aside, dir);
    },
  };
}
