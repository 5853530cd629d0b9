import { hash } from "node:crypto";
import { type AttachmentStore, StoreUnavailableError } from "@pulsecourier/attachments";
import type { AttachmentRef, DeliveryRecord } from "@pulsecourier/contracts";
import { createByteCache } from "./byte-cache.ts";
import { createByteRoom } from "./byte-room.ts";

/** An attachment with its bytes, which are the ones that were stored. */
export type LoadedAttachment = AttachmentRef & { readonly bytes: Buffer };

/** `release` when the call is over. `missing` is final, `wait` passes; both say why. */
export type LoadedAttachments =
  | { kind: "loaded"; attachments: LoadedAttachment[]; release(): void }
  | { kind: "missing"; detail: string }
  | { kind: "wait"; reason: string };

export type AttachmentLoader = {
  /** Rejects only when Postgres is away. */
  load(delivery: DeliveryRecord): Promise<LoadedAttachments>;
};

type LoaderOptions = {
  store: AttachmentStore;
  /** The object that holds an attachment now, null when there is none. */
  findObject: (tenant: string, id: string) => Promise<string | null>;
  memoryBytes: number;
  /** How long reading one may take, ms. */
  timeoutMs: number;
};

/** How long a call waits for memory before its delivery is put off, ms: well within what a claim has to spare. */
const PATIENCE_MS = 1_000;

/**
 * Reads attachments for calls: within the memory given, each once though many ask for it at the same time, from memory
 * when it was read lately, and compared with the hash it was accepted with.
 */
export function createAttachmentLoader(o: LoaderOptions): AttachmentLoader {
  const cache = createByteCache(o.memoryBytes);
  const room = createByteRoom(o.memoryBytes);
  const reading = new Map<string, Promise<Buffer | null>>();

  async function read(tenant: string, { id, size, sha256 }: AttachmentRef): Promise<Buffer | null> {
    const object = await o.findObject(tenant, id);
    if (object === null) return null;
    const signal = AbortSignal.timeout(o.timeoutMs);
    const bytes = await o.store.get({ tenant, object }, { size, signal });
    return bytes !== null && hash("sha256", bytes, "hex") === sha256 ? bytes : null;
  }

  function bytesOf(tenant: string, ref: AttachmentRef): Promise<Buffer | null> | Buffer {
    const key = `${tenant}\0${ref.id}`;
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const running = reading.get(key);
    if (running !== undefined) return running;
    const mine = read(tenant, ref)
      .then((bytes) => {
        if (bytes !== null) cache.set(key, bytes);
        return bytes;
      })
      .finally(() => reading.delete(key));
    reading.set(key, mine);
    return mine;
  }

  async function loadAll({ tenant, attachments = [] }: DeliveryRecord) {
    const loaded: LoadedAttachment[] = [];
    for (const ref of attachments) {
      const bytes = await bytesOf(tenant, ref);
      if (bytes === null) return ref;
      loaded.push({ ...ref, bytes });
    }
    return loaded;
  }

  return {
    async load(delivery) {
      const bytes = delivery.attachments?.reduce((sum, { size }) => sum + size, 0) ?? 0;
      if (!(await room.take(bytes, PATIENCE_MS)))
        return { kind: "wait", reason: "other calls hold the memory for attachments" };
      const release = () => room.free(bytes);
      try {
        const loaded = await loadAll(delivery);
        if (Array.isArray(loaded)) return { kind: "loaded", attachments: loaded, release };
        release();
        return { kind: "missing", detail: whatIsMissing(loaded) };
      } catch (error) {
        release();
        if (error instanceof StoreUnavailableError) return { kind: "wait", reason: error.message };
        throw error;
      }
    },
  };
}

function whatIsMissing({ id }: AttachmentRef): string {
  return `attachment ${id} is not stored any more; upload the same file again, then redrive or send anew`;
}
