import type { Db } from "@pulsecourier/db";
import { type ApiKey, isKey, prefixOf } from "./api-key.ts";
import { readKey, type StoredKey } from "./api-key-store.ts";

/** Looks keys up by their text; a revoked one is refused within a second everywhere, at once where it was revoked. */
export type KeyCache = {
  /** Null when the key is unknown, wrong or revoked. Rejects when Postgres is needed and away. */
  find(key: string): Promise<ApiKey | null>;
  forget(prefix: string): void;
};

const MAX_AGE_MS = 1_000;
const MAX_KEYS = 10_000;

type Entry = { readAt: number; stored: Promise<StoredKey | null> };

export function createKeyCache(db: Db): KeyCache {
  const entries = new Map<string, Entry>();

  function read(prefix: string): Promise<StoredKey | null> {
    if (entries.size >= MAX_KEYS) entries.clear();
    const stored = readKey(db, prefix);
    const entry: Entry = { readAt: performance.now(), stored };
    entries.set(prefix, entry);
    // Only keys that work are kept: a new one is usable at once, and guesses fill no memory.
    const drop = () => {
      if (entries.get(prefix) === entry) entries.delete(prefix);
    };
    stored.then((row) => {
      if (row === null) drop();
    }, drop);
    return stored;
  }

  return {
    async find(key) {
      const prefix = prefixOf(key);
      if (prefix === null) return null;
      const cached = entries.get(prefix);
      const fresh = cached !== undefined && performance.now() - cached.readAt < MAX_AGE_MS;
      const stored = await (fresh ? cached.stored : read(prefix));
      return stored !== null && isKey(key, stored.hash) ? stored.key : null;
    },
    forget: (prefix) => void entries.delete(prefix),
  };
}
