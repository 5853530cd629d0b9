/** Where an object lies: under its tenant, by an id of its own. */
export type ObjectKey = { tenant: string; object: string };

/** Keeps the bytes of attachments. What exactly is stored under a key never changes. */
export type AttachmentStore = {
  /**
   * Stores exactly `size` bytes as they come; nobody sees the object before all of it is kept. Rejects with what
   * `content` throws, or with StoreUnavailableError.
   */
  put(key: ObjectKey, content: AsyncIterable<Buffer>, size: number): Promise<void>;
  /** The bytes, or null when there is no such object of this size. Rejects with StoreUnavailableError. */
  get(key: ObjectKey, o: { size: number; signal: AbortSignal }): Promise<Buffer | null>;
  /** Also removes what an interrupted `put` left. Removing what is not there is fine. */
  remove(key: ObjectKey): Promise<void>;
  close(): void;
};

/** The store cannot be reached, refuses us or is full: later it may work. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";

  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the attachment store failed: ${why}`, { cause });
  }
}
