/** Keeps what was used last, of at most `capacity` bytes together. */
export function createByteCache(capacity: number) {
  const entries = new Map<string, Buffer>();
  let held = 0;

  function forget(key: string, bytes: Buffer): void {
    entries.delete(key);
    held -= bytes.length;
  }

  return {
    get(key: string): Buffer | undefined {
      const bytes = entries.get(key);
      if (bytes === undefined) return undefined;
      entries.delete(key);
      entries.set(key, bytes);
      return bytes;
    },
    set(key: string, bytes: Buffer): void {
      const before = entries.get(key);
      if (before !== undefined) forget(key, before);
      entries.set(key, bytes);
      held += bytes.length;
      for (const [oldest, old] of entries) {
        if (held <= capacity) break;
        forget(oldest, old);
      }
    },
  };
}
